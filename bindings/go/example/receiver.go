package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"doku.example/doku"
)

const (
	// The path of the notification URL as DOKU has it.
	notifications = "/payments/notifications"
	// What DOKU expects as the acknowledgement.
	acknowledged = `{"responseCode":"2000000","responseMessage":"Successful"}`
)

func serve(d *doku.Doku, address string) error {
	http.HandleFunc(notifications, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if err := d.VerifyNotification(notifications, r.Header, body); err != nil {
			fmt.Println("refused:", err)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		// Store body here, then answer, and only then act on it. What cannot be read is kept and acknowledged too.
		fmt.Println("verified:", describe(body))
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, acknowledged)
	})
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	fmt.Printf("listening on http://%s\n", listener.Addr())
	server := http.Server{ReadTimeout: 10 * time.Second}
	return server.Serve(listener)
}

// describe parses a notification, and only after it is verified.
func describe(body []byte) string {
	notification := readJSON(body)
	if notification == nil {
		return "it cannot be read; look at it by hand"
	}
	invoice := fmt.Sprint(member(notification, "order", "invoice_number"))
	status := fmt.Sprint(member(notification, "transaction", "status"))
	// Look up your own order by its invoice number; the amount of this shop's orders is always the same.
	if !isRupiah(member(notification, "order", "amount"), amount) {
		return fmt.Sprintf("%q is %q, with another amount; look at it by hand, and ship nothing", invoice, status)
	}
	return fmt.Sprintf("%q is %q", invoice, status)
}
