{{- define "taproom.image" -}}
{{- $repository := required "image.repository is required: registry and repository, without a tag" .Values.image.repository -}}
{{- $digest := required "image.digest is required: sha256: and 64 hexadecimal digits" .Values.image.digest -}}
{{- printf "%s@%s" $repository $digest -}}
{{- end -}}

{{- define "taproom.existingSecret" -}}
{{- required "existingSecret is required: the secret with POSTGRES_PASSWORD or DATABASE_URL, and API_KEY" .Values.existingSecret -}}
{{- end -}}

{{/* As the restricted profile of the Pod Security Standards wants it, for every pod of the chart. */}}
{{- define "taproom.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "taproom.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop:
      - ALL
{{- end -}}

{{/* Variables by name, so that their order never changes a pod. Helm reads numbers as floats: 10000000 would be 1e+07. */}}
{{- define "taproom.env" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ ternary (int64 $value) $value (kindIs "float64" $value) | toString | quote }}
{{- end }}
{{- end -}}

{{/* Refuses variables that do not belong into env. */}}
{{- define "taproom.checkEnv" -}}
{{- $secret := list "API_KEY" "API_KEY_PREVIOUS" "POSTGRES_PASSWORD" "DATABASE_URL" "MIGRATE_PASSWORD" "SERVICE_ROLE_PASSWORD" "REDIS_PASSWORD" "REDIS_URL" -}}
{{- $own := list "PORT" "HOST" "COMPANY_NAME" "SERVICE_VERSION" "DRAIN_SECONDS" "METRICS_PORT" "EMBEDDED_STORES" "DATA_DIR" -}}
{{- range $name, $_ := .env -}}
{{- if has $name $secret }}{{ fail (printf "%s.%s must not be a plain variable: put it into the secret %s" $.where $name $.secret) }}{{ end -}}
{{- if has $name $own }}{{ fail (printf "%s.%s must not be set: the chart or the image sets it" $.where $name) }}{{ end -}}
{{- end -}}
{{- end -}}
