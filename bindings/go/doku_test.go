package doku

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// Runs ../../spec/vectors/signatures.tsv; ../../spec/vectors/README.md describes it.
func TestVectors(t *testing.T) {
	table, err := os.ReadFile("../../spec/vectors/signatures.tsv")
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
		if difference := run(vector); difference != "" {
			t.Errorf("%s: %s", vector["id"], difference)
			continue
		}
		passed++
	}
	fmt.Printf("go: %d of %d vectors passed\n", passed, len(lines)-1)
}

// run returns how the code differs from a vector.
func run(vector map[string]string) string {
	digest := vector["digest"]
	var body []byte
	if vector["body"] != "-" {
		body = decode(vector["body"])
		if got := Digest(body); got != digest {
			return "digest " + got
		}
	}
	if vector["kind"] == "digest" {
		return ""
	}
	if digest == "-" {
		digest = ""
	}
	var keys []string
	for _, key := range strings.Split(vector["keys"], ",") {
		keys = append(keys, string(decode(key)))
	}
	d, err := New(vector["client_id"], keys...)
	if err != nil {
		return err.Error()
	}
	timeName := "Request-Timestamp"
	if vector["kind"] == "response" {
		timeName = "Response-Timestamp"
	}
	text := d.StringToSign(vector["request_id"], timeName+":"+vector["timestamp"], vector["target"], digest)
	if vector["string_to_sign"] != "-" && text != string(decode(vector["string_to_sign"])) {
		return "string to sign " + text
	}
	if vector["kind"] == "request" {
		signature := sign(d.keys[0], text)
		if !strings.Contains(vector["flags"], "digest-given") {
			at, _ := time.Parse(time.RFC3339, vector["timestamp"])
			headers, err := d.Sign(vector["method"], vector["target"], vector["request_id"], at, body)
			if err != nil {
				return err.Error()
			}
			signature = headers.Get("Signature")
		}
		if (signature == vector["signature"]) != (vector["result"] == "valid") {
			return "signature " + signature
		}
		return ""
	}
	headers := http.Header{}
	if vector["headers"] != "-" {
		for _, pair := range strings.Split(vector["headers"], ",") {
			name, value, _ := strings.Cut(pair, ":")
			headers.Add(string(decode(name)), string(decode(value)))
		}
	}
	if vector["kind"] == "response" {
		err = d.VerifyResponse(vector["target"], vector["request_id"], headers, body)
	} else {
		err = d.VerifyNotification(vector["target"], headers, body)
	}
	code := "-"
	var why *Error
	if errors.As(err, &why) {
		code = why.Code
	}
	if code != vector["reason"] {
		return "reason " + code
	}
	if target := vector["matching_target"]; target != "-" && !strings.Contains(why.Text, "for "+target+";") {
		return why.Text
	}
	return ""
}

func decode(text string) []byte {
	bytes, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return bytes
}

func TestBadInput(t *testing.T) {
	code := func(err error) string {
		var why *Error
		if !errors.As(err, &why) {
			return "none"
		}
		return why.Code
	}
	for name, keys := range map[string][]string{"none": nil, "empty": {""}, "one empty": {"SK-1", ""}, "newline": {"SK-1\n"},
		"not UTF-8": {"SK-\xff"}} {
		if _, err := New("BRN-1", keys...); code(err) != "configuration" {
			t.Errorf("key %s: %v", name, err)
		}
	}
	if _, err := New("BRN-1\nRequest-Id:x", "SK-1"); code(err) != "configuration" {
		t.Errorf("client id with a line feed: %v", err)
	}
	d, _ := New("BRN-1", "SK-secret")
	for _, bad := range [][2]string{{"", "r"}, {"get", "r"}, {"POST", ""}, {"POST", "r\nx"}, {"POST", "r\xff"}} {
		if headers, err := d.Sign(bad[0], "/a", bad[1], time.Now(), nil); code(err) != "configuration" || headers != nil {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, target := range []string{"", "a", "/a\n", "/a b", "/\xff", "http://shop.example/a"} {
		if headers, err := d.Sign("POST", target, "r", time.Now(), nil); code(err) != "malformed_target" || headers != nil {
			t.Errorf("%q: %v", target, err)
		}
	}
	if err := d.VerifyNotification("a", nil, nil); code(err) != "malformed_target" {
		t.Error(err)
	}
	if err := d.VerifyNotification("/a", nil, nil); code(err) != "missing_header" {
		t.Error(err)
	}
	at := time.Date(2026, 1, 5, 10, 0, 0, 0, time.FixedZone("WIB", 7*60*60))
	headers, _ := d.Sign("POST", "/a", "r-1", at, []byte("{}"))
	if got := headers.Get("Request-Timestamp"); got != "2026-01-05T03:00:00Z" {
		t.Errorf("local time was sent: %s", got)
	}
	headers.Set("Response-Timestamp", headers.Get("Request-Timestamp"))
	answer := d.StringToSign("r-1", "Response-Timestamp:2026-01-05T03:00:00Z", "/a", Digest([]byte("{}")))
	headers.Set("Signature", sign("SK-secret", answer))
	if err := d.VerifyResponse("/a", "r-2", headers, []byte("{}")); code(err) != "request_id_mismatch" {
		t.Error(err)
	}
	if err := d.VerifyResponse("/a", "", headers, []byte("{}")); code(err) != "request_id_mismatch" {
		t.Error(err)
	}
	if err := d.VerifyResponse("/a", "r-1", headers, []byte("{}")); err != nil {
		t.Error(err)
	}
	if text := fmt.Sprintf("%v %+v %#v %s %d", d, d, d, d, d); strings.Contains(text, "secret") {
		t.Errorf("prints a key: %s", text)
	}
}
