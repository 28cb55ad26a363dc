{{- define "sallyport.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What never changes in the life of a release: also the selector. */}}
{{- define "sallyport.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "sallyport.labels" -}}
{{ include "sallyport.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "sallyport.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "sallyport.bundleConfigMap" -}}
{{- .Values.bundle.existingConfigMap | default (printf "%s-bundle" (include "sallyport.name" .)) -}}
{{- end -}}

{{/* The files of the bundle by path: those of the values, else the chart's own. As JSON. */}}
{{- define "sallyport.bundleFiles" -}}
{{- $files := dict -}}
{{- if .Values.bundle.files -}}
{{- $files = .Values.bundle.files -}}
{{- else -}}
{{- range $path, $bytes := .Files.Glob "bundle/*/*.yaml" -}}
{{- $_ := set $files (trimPrefix "bundle/" $path) (toString $bytes) -}}
{{- end -}}
{{- end -}}
{{- toJson $files -}}
{{- end -}}

{{/* One item per file: the key of the ConfigMap, where a slash is `__`, and the path in the bundle. */}}
{{- define "sallyport.bundleItems" -}}
{{- if .Values.bundle.existingConfigMap -}}
{{- range .Values.bundle.keys }}
- { key: {{ . | quote }}, path: {{ replace "__" "/" . | quote }} }
{{- end -}}
{{- else -}}
{{- range $path, $text := include "sallyport.bundleFiles" . | fromJson }}
- { key: {{ replace "/" "__" $path | quote }}, path: {{ $path | quote }} }
{{- end -}}
{{- end -}}
{{- end -}}
