// Package java stands in for Pulumi's module of that name, of which the provider fills in this one struct.
package java

// PackageInfo is what the schema says to the generator of the Java SDK.
type PackageInfo struct {
	BuildFiles                      string            `json:"buildFiles,omitempty"`
	GradleNexusPublishPluginVersion string            `json:"gradleNexusPublishPluginVersion,omitempty"`
	Dependencies                    map[string]string `json:"dependencies,omitempty"`
}
