{{/* Labels that stay the same in the life of a release. Input: root, and for an object of one process: name, component. */}}
{{- define "telco-twin.lastingLabels" -}}
app.kubernetes.io/part-of: telco-twin
{{- with .name }}
app.kubernetes.io/name: {{ . }}
{{- end }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{/* Labels of an object. Input: as of the lasting ones. */}}
{{- define "telco-twin.labels" -}}
{{ include "telco-twin.lastingLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{/* Name, namespace and labels. Input: as of the labels, plus object (the object's name, where it is not the process's) and extraLabels. */}}
{{- define "telco-twin.metadata" -}}
name: {{ .object | default .name }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "telco-twin.labels" . | nindent 2 }}
  {{- with .extraLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "telco-twin.image" -}}
{{- with .Values.image -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{- define "telco-twin.brokers" -}}
{{- if .Values.kafka.strimzi.enabled }}{{ .Values.kafka.strimzi.cluster }}-kafka-bootstrap:9093{{ else }}{{ required "kafka.external.brokers is empty: name the brokers (host:port,…), or let Strimzi make a cluster with kafka.strimzi.enabled=true" .Values.kafka.external.brokers }}{{ end }}
{{- end }}

{{- define "telco-twin.registryUrl" -}}
{{- if .Values.schemaRegistry.enabled }}http://schema-registry:8080/apis/ccompat/v7{{ else }}{{ required "schemaRegistry.url is empty: name a registry with Confluent's API, or deploy one with schemaRegistry.enabled=true" .Values.schemaRegistry.url }}{{ end }}
{{- end }}

{{- define "telco-twin.securityProtocol" -}}
{{- if .Values.kafka.strimzi.enabled }}SASL_SSL{{ else }}{{ .Values.kafka.external.securityProtocol }}{{ end }}
{{- end }}

{{/* Secret with the CA of the brokers; empty where a public CA signed them, and where connections are in the clear. */}}
{{- define "telco-twin.caSecret" -}}
{{- if .Values.kafka.strimzi.enabled }}{{ .Values.kafka.strimzi.cluster }}-cluster-ca-cert
{{- else if hasSuffix "SSL" .Values.kafka.external.securityProtocol }}{{ .Values.kafka.external.caSecret }}{{ end }}
{{- end }}

{{/* Whether processes log in at the brokers; empty when not. */}}
{{- define "telco-twin.login" -}}
{{- if hasPrefix "SASL_" (include "telco-twin.securityProtocol" .) }}true{{ end }}
{{- end }}

{{/* The name under which a process logs in, as a variable of its container. Input: root, name. */}}
{{- define "telco-twin.username" -}}
{{- if include "telco-twin.login" .root }}
- name: KAFKA_SASL_USERNAME
  value: {{ .name }}
{{- end }}
{{- end }}

{{/* Settings that every process reads. */}}
{{- define "telco-twin.environment" -}}
HTTP_HOST: 0.0.0.0
HTTP_PORT: "9464"
LOG_LEVEL: {{ .Values.logLevel }}
KAFKA_BROKERS: {{ include "telco-twin.brokers" . | quote }}
{{- if not (or .Values.kafka.strimzi.enabled (eq .Values.kafka.external.profile "kafka")) }}
KAFKA_PROFILE: {{ .Values.kafka.external.profile }}
{{- end }}
KAFKA_SECURITY_PROTOCOL: {{ include "telco-twin.securityProtocol" . }}
{{- if include "telco-twin.login" . }}
KAFKA_SASL_MECHANISM: {{ if .Values.kafka.strimzi.enabled }}SCRAM-SHA-512{{ else }}{{ .Values.kafka.external.saslMechanism }}{{ end }}
KAFKA_SASL_PASSWORD_FILE: /etc/telco-twin/kafka/password
{{- end }}
{{- if include "telco-twin.caSecret" . }}
KAFKA_SSL_CA: /etc/telco-twin/kafka/ca.crt
{{- end }}
SCHEMA_REGISTRY_URL: {{ include "telco-twin.registryUrl" . | quote }}
{{- with .Values.tracing.endpoint }}
OTEL_EXPORTER_OTLP_ENDPOINT: {{ . | quote }}
{{- end }}
{{- range $name, $value := .Values.extraEnv }}
{{ $name }}: {{ $value | quote }}
{{- end }}
{{- end }}

{{/* What the jobs make. */}}
{{- define "telco-twin.twin" -}}
{{- with .Values.twin -}}
PARTITIONS: {{ .partitions | int64 | quote }}
REPLICATION_FACTOR: {{ .replicationFactor | int64 | quote }}
RETENTION_HOURS: {{ .retentionHours | int64 | quote }}
RETENTION_BYTES: {{ .retentionBytes | int64 | quote }}
SUBSCRIBERS: {{ .subscribers | int64 | quote }}
REGION: {{ .region | quote }}
SEED: {{ .seed | int64 | quote }}
{{- end }}
{{- end }}

{{/* Processors that become Deployments, in one table: JSON of a list of {name, component}. */}}
{{- define "telco-twin.deployments" -}}
{{- $list := list (dict "name" "scenario-injector" "component" "injector") -}}
{{- range list "cdr-generator" "networklog-generator" "customerservice-generator" "location-generator" -}}
{{- $list = append $list (dict "name" . "component" "generator") -}}
{{- end -}}
{{- if .Values.vastSink.enabled -}}
{{- $list = append $list (dict "name" "vast-sink" "component" "sink") -}}
{{- end -}}
{{- toJson $list -}}
{{- end }}
