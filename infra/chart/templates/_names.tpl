{{- define "taproom.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* 53 leaves room for what is added to it. */}}
{{- define "taproom.fullname" -}}
{{- $name := include "taproom.name" . -}}
{{- $plain := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- .Values.fullnameOverride | default $plain | trunc 53 | trimSuffix "-" -}}
{{- end -}}

{{- define "taproom.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/name: {{ include "taproom.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Of the service's pods, and of no others. Never to be changed: a Deployment's selector cannot be. */}}
{{- define "taproom.selector" -}}
app.kubernetes.io/name: {{ include "taproom.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: server
{{- end -}}

{{- define "taproom.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (ternary (include "taproom.fullname" .) "default" .Values.serviceAccount.create) -}}
{{- end -}}
