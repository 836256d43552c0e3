package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/xeipuuv/gojsonschema"
	"sigs.k8s.io/yaml"
)

// chartMetadata has the fields of Chart.yaml under the names that templates use.
type chartMetadata struct {
	APIVersion  string            `json:"apiVersion"`
	Name        string            `json:"name"`
	Version     string            `json:"version"`
	AppVersion  string            `json:"appVersion"`
	KubeVersion string            `json:"kubeVersion"`
	Description string            `json:"description"`
	Type        string            `json:"type"`
	Home        string            `json:"home"`
	Icon        string            `json:"icon"`
	Keywords    []string          `json:"keywords"`
	Sources     []string          `json:"sources"`
	Annotations map[string]string `json:"annotations"`
	Maintainers []interface{}     `json:"maintainers"`
}

type chart struct {
	metadata  chartMetadata
	values    map[string]interface{}
	schema    []byte
	templates map[string]string
	files     files
}

// loadChart reads a chart's folder. Templates are named CHART/templates/FILE, as Helm names them.
func loadChart(folder string, exact bool) (chart, error) {
	loaded := chart{templates: map[string]string{}, files: files{}}
	text, err := os.ReadFile(filepath.Join(folder, "Chart.yaml"))
	if err != nil {
		return loaded, err
	}
	if err := yaml.UnmarshalStrict(text, &loaded.metadata); err != nil {
		return loaded, fmt.Errorf("Chart.yaml: %w", err)
	}
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(relative)
		switch {
		case name == "Chart.yaml":
		case name == "values.yaml":
			loaded.values, err = parseValues(content, exact)
		case name == "values.schema.json":
			loaded.schema = content
		case strings.HasPrefix(name, "templates/"):
			loaded.templates[loaded.metadata.Name+"/"+name] = string(content)
		default:
			loaded.files[name] = content
		}
		return err
	})
	return loaded, err
}

// parseValues reads YAML. Numbers are float64, or json.Number when exact: Helm changed from one to the other.
func parseValues(text []byte, exact bool) (map[string]interface{}, error) {
	values := map[string]interface{}{}
	if !exact {
		return values, yaml.Unmarshal(text, &values)
	}
	useNumber := func(decoder *json.Decoder) *json.Decoder {
		decoder.UseNumber()
		return decoder
	}
	return values, yaml.Unmarshal(text, &values, useNumber)
}

// merged lays one map of values over another: maps are merged, anything else is replaced, null included.
func merged(under, over map[string]interface{}) map[string]interface{} {
	result := map[string]interface{}{}
	for key, value := range under {
		result[key] = value
	}
	for key, value := range over {
		below, belowIsMap := result[key].(map[string]interface{})
		above, aboveIsMap := value.(map[string]interface{})
		if belowIsMap && aboveIsMap {
			result[key] = merged(below, above)
		} else {
			result[key] = value
		}
	}
	return result
}

// withoutNulls drops what a user set to null, which in Helm takes a default away.
func withoutNulls(values map[string]interface{}) map[string]interface{} {
	for key, value := range values {
		switch inner := value.(type) {
		case nil:
			delete(values, key)
		case map[string]interface{}:
			values[key] = withoutNulls(inner)
		}
	}
	return values
}

func validateValues(schema []byte, values map[string]interface{}) error {
	if schema == nil {
		return nil
	}
	document, err := json.Marshal(values)
	if err != nil {
		return err
	}
	result, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(schema), gojsonschema.NewBytesLoader(document))
	if err != nil {
		return fmt.Errorf("values.schema.json: %w", err)
	}
	if result.Valid() {
		return nil
	}
	lines := []string{}
	for _, violation := range result.Errors() {
		lines = append(lines, "- "+violation.String())
	}
	sort.Strings(lines)
	return fmt.Errorf("values do not meet the schema:\n%s", strings.Join(lines, "\n"))
}
