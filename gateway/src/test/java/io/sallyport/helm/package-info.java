/// The chart in `helm/sallyport`, rendered and read as Kubernetes would read it.
package io.sallyport.helm;
