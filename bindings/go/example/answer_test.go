package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"doku.example/doku"
)

// Runs ../../../spec/vectors/answers.tsv; ../../../spec/vectors/answers.md describes it.
func TestAnswers(t *testing.T) {
	table, err := os.ReadFile("../../../spec/vectors/answers.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(table), "\n"), "\n")
	columns := strings.Split(lines[0], "\t")
	passed := 0
	for _, line := range lines[1:] {
		vector := map[string]string{}
		for i, cell := range strings.Split(line, "\t") {
			vector[columns[i]] = cell
		}
		if said := judge(t, vector); said != vector["outcome"] {
			t.Errorf("%s: %s, not %s", vector["id"], said, vector["outcome"])
			continue
		}
		passed++
	}
	fmt.Printf("go: %d of %d vectors of answers passed\n", passed, len(lines)-1)
}

// judge returns what the shop makes of the answer of a vector.
func judge(t *testing.T, vector map[string]string) string {
	var keys []string
	for _, key := range strings.Split(vector["keys"], ",") {
		keys = append(keys, decode(t, key))
	}
	d, err := doku.New(vector["client_id"], keys...)
	if err != nil {
		t.Fatal(err)
	}
	if vector["amount"] != strconv.Itoa(amount) {
		t.Fatal("the vectors are about another amount")
	}
	sent, err := d.Sign(http.MethodPost, generateOrder, vector["request_id"], time.Now(), nil)
	if err != nil {
		t.Fatal(err)
	}
	status, err := strconv.Atoi(vector["status"])
	if err != nil {
		t.Fatal(err)
	}
	headers := http.Header{}
	if vector["headers"] != "-" {
		for _, pair := range strings.Split(vector["headers"], ",") {
			name, value, _ := strings.Cut(pair, ":")
			headers.Add(decode(t, name), decode(t, value))
		}
	}
	var body []byte
	if vector["body"] != "-" {
		body = []byte(decode(t, vector["body"]))
	}
	o := &order{vector["request_id"], vector["invoice_number"], nil}
	_, err = o.paymentURL(d, sent, status, headers, body)
	var why *failure
	switch {
	case err == nil:
		return "generated"
	case errors.As(err, &why) && why.outcome == refused:
		return "refused"
	case errors.As(err, &why) && why.outcome == unknown:
		return "unknown"
	}
	return err.Error()
}

func decode(t *testing.T, text string) string {
	bytes, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes)
}
