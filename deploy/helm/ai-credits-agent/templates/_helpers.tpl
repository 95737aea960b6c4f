{{- define "agent.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "agent.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "agent.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "agent.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "agent.selector" -}}
app.kubernetes.io/name: {{ include "agent.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "agent.labels" -}}
{{ include "agent.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "agent.image" -}}
{{- $name := .Values.image.repository -}}
{{- with .Values.image.registry }}{{ $name = printf "%s/%s" . $name }}{{ end -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $name .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "agent.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "agent.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* Whether the ledger lives in a volume that outlives the pod. */}}
{{- define "agent.persists" -}}
{{- if and .Values.persistence.enabled (not .Values.ledger.urlSecret.name) }}true{{ end -}}
{{- end -}}

{{/* agent.yml: what the chart decides, under what the values say. */}}
{{- define "agent.config" -}}
{{- $url := "sqlite:/var/lib/ai-credits-agent/ledger.db" -}}
{{- if .Values.ledger.urlSecret.name }}{{ $url = dict "env" "LEDGER_URL" }}{{ end -}}
{{- $own := dict
      "ledger" (dict "url" $url)
      "control_socket" "/run/ai-credits-agent/control.sock" -}}
{{- toYaml (mergeOverwrite $own (deepCopy .Values.config)) -}}
{{- end -}}

{{- define "agent.scheme" -}}
{{- if and .Values.web.configSecret .Values.web.tls }}https{{ else }}http{{ end }}
{{- end }}

{{- /* A probe by the kubelet, or through the program where the web asks for more than an address. */}}
{{- define "agent.probe" -}}
{{- if .root.Values.web.configSecret -}}
exec:
  command:
    - /usr/bin/ai-credits-agent
    - healthcheck
    - --url={{ include "agent.scheme" .root }}://127.0.0.1:10190
    {{- with .root.Values.web.probeArguments }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- else -}}
httpGet: {path: {{ .path }}, port: http}
{{- end }}
{{- end }}
