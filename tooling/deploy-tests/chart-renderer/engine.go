package main

import (
	"encoding/json"
	"errors"
	"path"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

type output struct {
	// By name of the template; what renders to nothing but space is left out.
	Manifests map[string]string `json:"manifests"`
	Notes     string            `json:"notes"`
}

// render executes every template that is no partial. Partials begin with an underscore.
func render(loaded chart, values map[string]interface{}, given options) (output, error) {
	engine := template.New("chart").Option("missingkey=zero")
	engine.Funcs(functions(engine))
	names := []string{}
	for name, text := range loaded.templates {
		if _, err := engine.New(name).Parse(text); err != nil {
			return output{}, err
		}
		names = append(names, name)
	}
	sort.Strings(names)
	result := output{Manifests: map[string]string{}}
	for _, name := range names {
		if strings.HasPrefix(path.Base(name), "_") {
			continue
		}
		text, err := execute(engine, name, topOf(loaded, values, given, name))
		if err != nil {
			return output{}, err
		}
		switch {
		case path.Base(name) == "NOTES.txt":
			result.Notes = text
		case strings.TrimSpace(text) != "":
			result.Manifests[name] = text
		}
	}
	return result, nil
}

func topOf(loaded chart, values map[string]interface{}, given options, name string) map[string]interface{} {
	return map[string]interface{}{
		"Chart":  loaded.metadata,
		"Values": values,
		"Files":  loaded.files,
		"Release": map[string]interface{}{
			"Name": given.release, "Namespace": given.namespace, "Service": "Helm",
			"IsInstall": true, "IsUpgrade": false, "Revision": 1,
		},
		"Capabilities": capabilities{
			KubeVersion: kubeVersion{Version: "v1.36.0", GitVersion: "v1.36.0", Major: "1", Minor: "36"},
			HelmVersion: kubeVersion{Version: "v3.18.0", GitVersion: "v3.18.0", Major: "3", Minor: "18"},
		},
		"Template": map[string]interface{}{"Name": name, "BasePath": loaded.metadata.Name + "/templates"},
	}
}

// kubeVersion is printed as its version, as Helm's is.
type kubeVersion struct{ Version, GitVersion, Major, Minor string }

func (version kubeVersion) String() string { return version.Version }

type capabilities struct {
	KubeVersion kubeVersion
	HelmVersion kubeVersion
	APIVersions apiVersions
}

// apiVersions has none beyond what every server has: like `helm template` without --api-versions.
type apiVersions struct{}

func (apiVersions) Has(version string) bool {
	return !strings.Contains(version, "monitoring.coreos.com")
}

type files map[string][]byte

func (all files) Get(name string) string { return string(all[name]) }

func execute(engine *template.Template, name string, data interface{}) (string, error) {
	text := strings.Builder{}
	if err := engine.ExecuteTemplate(&text, name, data); err != nil {
		return "", err
	}
	// With missingkey=zero, a missing value of a map of interfaces is still printed like this.
	return strings.ReplaceAll(text.String(), "<no value>", ""), nil
}

// functions are sprig's but for those that read the environment, and Helm's own.
func functions(engine *template.Template) template.FuncMap {
	all := sprig.TxtFuncMap()
	delete(all, "env")
	delete(all, "expandenv")
	all["toYaml"] = func(value interface{}) string {
		text, err := yaml.Marshal(value)
		if err != nil {
			return ""
		}
		return strings.TrimSuffix(string(text), "\n")
	}
	all["fromYaml"] = func(text string) map[string]interface{} {
		value := map[string]interface{}{}
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			value["Error"] = err.Error()
		}
		return value
	}
	all["fromYamlArray"] = func(text string) []interface{} {
		value := []interface{}{}
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			return []interface{}{err.Error()}
		}
		return value
	}
	all["toJson"] = func(value interface{}) string {
		text, err := json.Marshal(value)
		if err != nil {
			return ""
		}
		return string(text)
	}
	all["include"] = func(name string, data interface{}) (string, error) { return execute(engine, name, data) }
	all["tpl"] = func(text string, data interface{}) (string, error) {
		inner, err := engine.Clone()
		if err != nil {
			return "", err
		}
		if inner, err = inner.New("tpl").Parse(text); err != nil {
			return "", err
		}
		return execute(inner, "tpl", data)
	}
	all["required"] = func(message string, value interface{}) (interface{}, error) {
		if text, isText := value.(string); value == nil || (isText && text == "") {
			return nil, errors.New(message)
		}
		return value, nil
	}
	all["fail"] = func(message string) (string, error) { return "", errors.New(message) }
	// No cluster is asked, as in `helm template`.
	all["lookup"] = func(...string) map[string]interface{} { return map[string]interface{}{} }
	return all
}
