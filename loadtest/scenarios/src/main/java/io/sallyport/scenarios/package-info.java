/// Load for an operator's own deployment, with a report that Gatling writes.
///
/// Tour: [ScenarioCommand] (the command line), [Plan] (what one run does; refuses nonsense and too
/// much), [Scenario] (the five kinds), [ScenarioRun] (the story of a run), [LoadSimulation] (the
/// steady or bursting load), [Companion] (what happens beside it: slow clients, a zone that goes
/// and comes, reloads).
@NullMarked
package io.sallyport.scenarios;

import org.jspecify.annotations.NullMarked;
