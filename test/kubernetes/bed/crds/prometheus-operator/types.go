// Package crds holds on to the types that the definitions are generated from.
package crds

import _ "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
