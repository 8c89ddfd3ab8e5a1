package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// refusal reads what DOKU says against the order. There is no order only where the table in generated.go lists that as a
// proof: what is not known may well be said of an order that is there.
func refusal(status int, answer any) error {
	codes, texts := reasons(answer)
	text := "DOKU gives no reason"
	if said := append(codes, texts...); len(said) > 0 {
		// DOKU's own words; they may repeat what the customer typed.
		text = fmt.Sprintf("DOKU says %q", said)
	}
	if isTold(codes, texts, answer, "") && provesAbsence(status, codes, texts) {
		return &failure{refused, status, text}
	}
	return &failure{unknown, status, text}
}

// reasons returns codes and texts of a refusal, which has one of several shapes. The first code is the one that counts.
func reasons(answer any) (codes, texts []string) {
	inner := member(answer, "error")
	for _, given := range []any{
		member(inner, "code"), member(answer, "code"), member(answer, "response_code"), member(answer, "status"),
	} {
		if code, is := given.(string); is {
			codes = append(codes, code)
		}
	}
	for _, given := range []any{member(inner, "message"), member(answer, "message"), member(answer, "error_messages")} {
		list, isList := given.([]any)
		if !isList && given != nil {
			list = []any{given}
		}
		for _, text := range list {
			// What is no text is listed nowhere.
			texts = append(texts, fmt.Sprint(text))
		}
	}
	return codes, texts
}

// isTold tells whether codes and texts are all that a part of an answer says: more may be said of an order. The name is that of
// the member whose value it is.
func isTold(codes, texts []string, value any, name string) bool {
	told := true
	switch value := value.(type) {
	case map[string]any:
		told = name == "" || name == "error"
		for name, inner := range value {
			told = told && isTold(codes, texts, inner, name)
		}
	case []any:
		for _, inner := range value {
			told = told && isTold(codes, texts, inner, name)
		}
	case string:
		told = value == "" || name == "type" || name == "timestamp" || name == "path" || name == "status" && value == "FAILED" ||
			len(codes) > 0 && value == codes[0] || contains(texts, value)
	case json.Number, bool:
		told = name != "code" && name != "response_code" && name != "message" && name != "error_messages"
	}
	return told
}

func provesAbsence(status int, codes, said []string) bool {
	var texts []string
	for _, text := range said {
		texts = append(texts, strings.Split(text, "; ")...)
	}
	areListed := len(texts) > 0
	for _, text := range texts {
		for _, telling := range tellings {
			if strings.Contains(strings.ToLower(text), strings.ToLower(telling)) {
				return false
			}
		}
		areListed = areListed && isListed(status, text)
	}
	if len(codes) == 0 {
		return areListed
	}
	for _, code := range refusalCodes {
		if code.name == codes[0] && contains(code.statuses, status) {
			return code.anyText || areListed
		}
	}
	return false
}

func isListed(status int, text string) bool {
	for _, listed := range refusalTexts {
		if listed.pattern.MatchString(text) && contains(listed.statuses, status) {
			return true
		}
	}
	return false
}

func contains[T comparable](list []T, one T) bool {
	for _, each := range list {
		if each == one {
			return true
		}
	}
	return false
}
