// A shop behind `doku sidecar`: order, redirect, effect. README.md says how to run it.
package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// One number for one cart: a second click makes no second order.
func buy(page http.ResponseWriter, request *http.Request) {
	cart := url.PathEscape(strings.TrimPrefix(request.URL.Path, "/buy/"))
	ask, _ := http.NewRequest("POST", "http://127.0.0.1:4100/orders", strings.NewReader(strings.Replace(order, "CART", cart, 1)))
	ask.Header = http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}}
	answer, err := http.DefaultClient.Do(ask)
	if err != nil {
		answer = &http.Response{StatusCode: http.StatusBadGateway, Body: http.NoBody}
	}
	said := map[string]any{}
	if json.NewDecoder(answer.Body).Decode(&said); said["payment_url"] != nil {
		http.Redirect(page, request, fmt.Sprint(said["payment_url"]), http.StatusSeeOther)
	} else {
		http.Error(page, fmt.Sprint(said), answer.StatusCode)
	}
}

// Signed by the sidecar, sent until it is answered with 2xx: act once for each id.
func effect(page http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	id, sent := request.Header.Get("webhook-id"), request.Header.Get("webhook-timestamp")
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "%s.%s.%s", id, sent, body)
	ours, genuine := []byte("v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil))), false
	for _, theirs := range strings.Fields(request.Header.Get("webhook-signature")) {
		genuine = genuine || hmac.Equal([]byte(theirs), ours)
	}
	if seconds, _ := strconv.ParseInt(sent, 10, 64); !genuine || time.Since(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
		page.WriteHeader(http.StatusUnauthorized)
	} else if os.WriteFile("effects/"+id+".json", body, 0o600) != nil {
		page.WriteHeader(http.StatusInternalServerError)
	}
}

// All else: the front page, the server, and the settings.
var (
	token     = read("secrets/token")
	order     = read("order.json")
	secret, _ = base64.StdEncoding.DecodeString(strings.TrimPrefix(read("secrets/webhook"), "whsec_"))
)

func read(name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return strings.TrimSpace(string(text))
}

func front(page http.ResponseWriter, _ *http.Request) {
	cart := make([]byte, 16)
	rand.Read(cart)
	fmt.Fprintf(page, "<form method=post action=/buy/INV-%x><button>Pay later</button></form>", cart)
}

func main() {
	http.HandleFunc("/", front)
	http.HandleFunc("/buy/", buy)
	http.HandleFunc("/effects", effect)
	panic(http.ListenAndServe("127.0.0.1:8080", nil))
}
