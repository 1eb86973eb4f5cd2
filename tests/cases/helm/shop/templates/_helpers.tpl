{{/* The name of everything. */}}
{{- define "shop.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- define "shop.labels" -}}
app: {{ include "shop.fullname" . }}
{{- with .Chart.AppVersion }}
version: {{ . | quote }}
{{- end }}
{{- end }}
