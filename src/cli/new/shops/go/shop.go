// A shop behind `doku sidecar`: order, redirect, effect. README.md says how to run it.
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

func front(page http.ResponseWriter, _ *http.Request) {
	cart := make([]byte, 16)
	rand.Read(cart)
	fmt.Fprintf(page, "<form method=post action=/buy/INV-%x><button>Pay later</button></form>", cart)
}

// One number for one cart: a second click makes no second order.
func buy(page http.ResponseWriter, request *http.Request) {
	cart, _ := json.Marshal(strings.TrimPrefix(request.URL.Path, "/buy/"))
	order := bytes.Replace(read("order.json"), []byte(`"CART"`), cart, 1)
	ask, _ := http.NewRequest("POST", "http://127.0.0.1:4100/orders", bytes.NewReader(order))
	ask.Header = http.Header{"Authorization": {"Bearer " + string(read("secrets/token"))}, "Content-Type": {"application/json"}}
	answer, err := http.DefaultClient.Do(ask)
	if err != nil {
		http.Error(page, err.Error(), http.StatusBadGateway)
		return
	}
	text, _ := io.ReadAll(answer.Body)
	var said struct{ Payment_url string }
	if json.Unmarshal(text, &said); said.Payment_url != "" {
		http.Redirect(page, request, said.Payment_url, http.StatusSeeOther)
	} else {
		http.Error(page, string(text), answer.StatusCode)
	}
}

// Signed by the sidecar, sent until it is answered with 2xx: act once for each id.
func effect(page http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	id, sent := request.Header.Get("webhook-id"), request.Header.Get("webhook-timestamp")
	secret, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(string(read("secrets/webhook")), "whsec_"))
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "%s.%s.%s", id, sent, body)
	ours, genuine := []byte("v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil))), false
	for _, theirs := range strings.Fields(request.Header.Get("webhook-signature")) {
		genuine = genuine || hmac.Equal([]byte(theirs), ours)
	}
	seconds, _ := strconv.ParseInt(sent, 10, 64)
	if !genuine || time.Since(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
		page.WriteHeader(http.StatusUnauthorized)
	} else if os.WriteFile("effects/"+id+".json", body, 0o600) == nil {
		page.WriteHeader(http.StatusNoContent)
	} else {
		page.WriteHeader(http.StatusInternalServerError)
	}
}

func read(name string) []byte {
	text, _ := os.ReadFile(name)
	return bytes.TrimSpace(text)
}

func main() {
	http.HandleFunc("/", front)
	http.HandleFunc("/buy/", buy)
	http.HandleFunc("/effects", effect)
	panic(http.ListenAndServe("127.0.0.1:8080", nil))
}
