import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Receives notifications. */
record Receiver(Doku doku, long amount) {
    /** The path of the notification URL as DOKU has it. */
    private static final String NOTIFICATIONS = "/payments/notifications";
    private static final int MAX_BODY = 1 << 20;

    /** What DOKU expects as the acknowledgement. */
    private static final String ACKNOWLEDGED = "{\"responseCode\":\"2000000\",\"responseMessage\":\"Successful\"}";

    void serve(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext(NOTIFICATIONS, this::receive);
        server.start();
        System.out.println("listening on http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void receive(HttpExchange exchange) throws IOException {
        byte[] answer = new byte[0];
        int status = 200;
        // A longer body is cut here, and then fits no signature.
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY);
        try {
            doku.verifyNotification(NOTIFICATIONS, exchange.getRequestHeaders(), body);
            // Store body here, then answer, and only then act on it. What cannot be read is kept and acknowledged too.
            System.out.println("verified: " + describe(body));
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            answer = ACKNOWLEDGED.getBytes(UTF_8);
        } catch (Doku.Failure e) {
            System.out.println("refused: " + e.getMessage());
            status = 401;
        }
        exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    /** Parses a notification, and only after it is verified. */
    private String describe(byte[] body) {
        Object notification;
        try {
            notification = Json.read(body);
        } catch (IllegalArgumentException e) {
            return "it cannot be read; look at it by hand";
        }
        Object order = Json.member(notification, "order");
        Object status = Json.member(Json.member(notification, "transaction"), "status");
        String text = Order.printable(Json.member(order, "invoice_number") + " is " + status);
        // Look up your own order by its invoice number; the amount of this shop's orders is always the same.
        boolean fits = Order.isRupiah(Json.member(order, "amount"), amount);
        return fits ? text : text + ", with another amount; look at it by hand, and ship nothing";
    }
}
