// Chart-renderer renders one Helm chart without dependencies as `helm template` does, and prints JSON.
//
//	main -release NAME -namespace NS [-values FILE]... [-set-json JSON] [-numbers float|exact] CHART
//
// It uses what Helm itself uses: Go's text/template, sprig, sigs.k8s.io/yaml and gojsonschema. Helm is not a Debian package, and
// these are: golang-go, golang-github-masterminds-sprig-dev, golang-k8s-sigs-yaml-dev, golang-github-xeipuuv-gojsonschema-dev.
// They are found with GO111MODULE=off GOPATH=/usr/share/gocode.
//
// The output is {"manifests": {template: text}, "notes": text}. An error is a message on standard error and exit status 1.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
)

type stringList []string

func (list *stringList) String() string { return fmt.Sprint(*list) }

func (list *stringList) Set(value string) error {
	*list = append(*list, value)
	return nil
}

func main() {
	var valuesFiles stringList
	release := flag.String("release", "ingresskit", "name of the release")
	namespace := flag.String("namespace", "ingresskit", "namespace of the release")
	setJSON := flag.String("set-json", "", "an object of values that beats the files")
	numbers := flag.String("numbers", "float", "what a number is in templates: float (Helm to 3.13) or exact (later)")
	flag.Var(&valuesFiles, "values", "a file of values; a later one beats an earlier one")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "name the folder of the chart")
		os.Exit(2)
	}
	result, err := renderWith(flag.Arg(0), options{
		release: *release, namespace: *namespace, valuesFiles: valuesFiles, setJSON: *setJSON, exact: *numbers == "exact",
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(result); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type options struct {
	release, namespace, setJSON string
	valuesFiles                 []string
	exact                       bool
}

func renderWith(folder string, given options) (output, error) {
	loaded, err := loadChart(folder, given.exact)
	if err != nil {
		return output{}, err
	}
	layers := []map[string]interface{}{}
	for _, path := range given.valuesFiles {
		text, err := os.ReadFile(path)
		if err != nil {
			return output{}, err
		}
		layer, err := parseValues(text, given.exact)
		if err != nil {
			return output{}, fmt.Errorf("%s: %w", path, err)
		}
		layers = append(layers, layer)
	}
	if given.setJSON != "" {
		layer, err := parseValues([]byte(given.setJSON), given.exact)
		if err != nil {
			return output{}, fmt.Errorf("-set-json: %w", err)
		}
		layers = append(layers, layer)
	}
	values := loaded.values
	for _, layer := range layers {
		values = merged(values, layer)
	}
	values = withoutNulls(values)
	if err := validateValues(loaded.schema, values); err != nil {
		return output{}, err
	}
	return render(loaded, values, given)
}
