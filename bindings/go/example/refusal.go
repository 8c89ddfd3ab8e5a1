package main

import (
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
	if provesAbsence(status, codes, texts) {
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

func provesAbsence(status int, codes, said []string) bool {
	var texts []string
	for _, text := range said {
		texts = append(texts, strings.Split(text, "; ")...)
	}
	areListed := len(texts) > 0
	for _, text := range texts {
		for _, telling := range tellings {
			if text == telling {
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

func contains(statuses []int, status int) bool {
	for _, each := range statuses {
		if each == status {
			return true
		}
	}
	return false
}
