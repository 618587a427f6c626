package scan

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"
)

// The part of SARIF 2.1.0 that is written
// (docs.oasis-open.org/sarif/sarif/v2.1.0).
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID      string       `json:"id"`
		Short   sarifMessage `json:"shortDescription"`
		Default struct {
			Level string `json:"level"`
		} `json:"defaultConfiguration"`
		Properties map[string]any `json:"properties"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID     string          `json:"ruleId"`
		RuleIndex  int             `json:"ruleIndex"`
		Level      string          `json:"level"`
		Message    sarifMessage    `json:"message"`
		Locations  []sarifLocation `json:"locations"`
		Properties map[string]any  `json:"properties"`
	}
	sarifLocation struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
		} `json:"physicalLocation"`
		Logical []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"name"`
		Full string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
)

// SARIF gives the report as a SARIF log, to be written as JSON. dir is where the
// model is, version that of tfsave.
func (r *Report) SARIF(dir, version string) any {
	run := sarifRun{Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "tfsave", Version: version}
	index := map[string]int{}
	for i, rule := range Rules {
		index[rule.ID] = i
		s := sarifRule{ID: rule.ID, Short: sarifMessage{"An operation " + rule.What}, Properties: map[string]any{"security-severity": score(rule.Load), "tags": []string{"security"}}}
		s.Default.Level = level(rule.Call)
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, s)
	}
	for _, f := range r.Findings {
		text := strings.TrimSpace(f.Op + " " + f.What)
		if f.Target != "" {
			text += ": " + f.Target
		}
		res := sarifResult{
			RuleID: f.Rule, RuleIndex: index[f.Rule], Level: level(f.Severity), Message: sarifMessage{text},
			Properties: map[string]any{"severity": f.Severity, "when": f.When, "by": f.By, "target": f.Target, "graph": f.Graph, "op": f.Op},
		}
		var l sarifLocation
		l.Physical.Artifact.URI = uri(dir, f.File)
		if f.Node != "" {
			l.Logical = []sarifLogical{{f.Node, strings.TrimPrefix(f.Function+"/"+f.Node, "/"), "member"}}
		}
		res.Locations = []sarifLocation{l}
		run.Results = append(run.Results, res)
	}
	return sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}}
}

// uri names a file of the model, which may have been given as a file itself. What
// has a meaning of its own in a URI is written in hexadecimal.
func uri(dir, file string) string {
	name := filepath.ToSlash(dir)
	if path.Base(name) != file {
		name = path.Join(name, file)
	}
	var b strings.Builder
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-._~/", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func level(s Severity) string {
	switch s {
	case Critical, High:
		return "error"
	case Medium:
		return "warning"
	}
	return "note"
}

// score is the severity as a number, as code scanning services sort by it.
func score(s Severity) string {
	return map[Severity]string{Critical: "9.5", High: "8.0", Medium: "5.0", Low: "2.0"}[s]
}
