import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small shop: it generates an order, or receives notifications.
 *
 * <pre>
 * java -cp ../../target/java Shop order INV-1
 * java -cp ../../target/java Shop serve 8080
 * </pre>
 *
 * DOKU_CLIENT_ID and DOKU_SECRET_KEY are the credentials; DOKU_URL is the sandbox unless it is set.
 */
final class Shop {
    /** Paths as DOKU has them: that of the API, and that of our notification URL. */
    private static final String GENERATE_ORDER = "/indodana-peer-to-peer/v2/generate-order";
    private static final String NOTIFICATIONS = "/payments/notifications";
    private static final int MAX_BODY = 1 << 20;

    private Shop() {}

    public static void main(String[] arguments) throws Exception {
        String command = arguments.length == 2 ? arguments[0] : "";
        try {
            Doku doku = new Doku(System.getenv("DOKU_CLIENT_ID"), System.getenv("DOKU_SECRET_KEY"));
            switch (command) {
                case "order" -> order(doku, arguments[1]);
                case "serve" -> serve(doku, Integer.parseInt(arguments[1]));
                default -> throw new IllegalArgumentException("usage: Shop order INVOICE_NUMBER | Shop serve PORT");
            }
        } catch (Doku.Failure | IllegalArgumentException | IOException e) {
            System.err.println(e.getMessage() == null ? e : e.getMessage());
            System.exit(1);
        }
    }

    /** Java has no JSON library: use that of your program, and take the bytes from it once. */
    private static void order(Doku doku, String invoiceNumber) throws Exception {
        byte[] body = """
            {"order":{"invoice_number":"%s","amount":100000,"callback_url_cancel":"https://shop.example/cancel",
            "line_items":[{"name":"Ayam geprek","price":50000,"quantity":2,"id":"1002","category":"food-and-beverage"}]},
            "peer_to_peer_info":{"merchant_unique_reference":"60123"},
            "customer":{"first_name":"Sari","email":"s.w@mail.example","phone":"6281122334455"},
            "billing_address":{"first_name":"Sari","address":"Jalan Melati No. 25","city":"Jakarta",
            "postal_code":"12960","phone":"6281122334455","country_code":"IDN"}}""".formatted(invoiceNumber).getBytes(UTF_8);
        // Store the request id and the body here. After a lost answer, send the same body with the same id again.
        String requestId = UUID.randomUUID().toString();

        String base = System.getenv().getOrDefault("DOKU_URL", "https://api-sandbox.doku.com");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + GENERATE_ORDER))
            .timeout(Duration.ofSeconds(30)).POST(BodyPublishers.ofByteArray(body));
        request.header("Content-Type", "application/json");
        doku.sign("POST", GENERATE_ORDER, requestId, Instant.now(), body).forEach(request::header);
        HttpResponse<byte[]> response = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofByteArray());
        doku.verifyResponse(GENERATE_ORDER, requestId, response.headers().map(), response.body());

        String answer = new String(response.body(), UTF_8);
        Matcher url = Pattern.compile("\"payment\":\\{[^}]*\"url\":\"([^\"]+)\"").matcher(answer);
        if (!url.find()) {
            throw new IllegalArgumentException("HTTP " + response.statusCode() + " without a payment URL");
        }
        System.out.println(url.group(1));
    }

    private static void serve(Doku doku, int port) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext(NOTIFICATIONS, exchange -> {
            int status = 200;
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY);
            try {
                doku.verifyNotification(NOTIFICATIONS, exchange.getRequestHeaders(), body);
                // Only now parse the body. Compare invoice number and amount with your own order.
                System.out.println("verified: " + body.length + " bytes");
            } catch (Doku.Failure e) {
                System.out.println("refused: " + e.getMessage());
                status = 401;
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        System.out.println("listening on http://127.0.0.1:" + server.getAddress().getPort());
    }
}
