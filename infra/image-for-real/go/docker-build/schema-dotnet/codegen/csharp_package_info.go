// Package codegen stands in for Pulumi's module of that name, of which the provider fills in this one struct.
package codegen

// CSharpPackageInfo is what the schema says to the generator of the C# SDK.
type CSharpPackageInfo struct {
	RespectSchemaVersion bool              `json:"respectSchemaVersion,omitempty"`
	PackageReferences    map[string]string `json:"packageReferences,omitempty"`
}
