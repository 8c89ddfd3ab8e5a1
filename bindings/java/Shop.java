import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.UUID;

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
    private static final String SANDBOX = "https://api-sandbox.doku.com";
    /** It is known to everyone, and proves nothing. */
    private static final String SIMULATOR_KEY = "SK-simulator-known-to-everyone";
    private static final long AMOUNT = 100_000;

    private Shop() {}

    public static void main(String[] arguments) throws InterruptedException {
        String command = arguments.length == 2 ? arguments[0] : "";
        try {
            Doku doku = new Doku(System.getenv("DOKU_CLIENT_ID"), System.getenv("DOKU_SECRET_KEY"));
            String url = System.getenv("DOKU_URL") == null ? SANDBOX : System.getenv("DOKU_URL");
            boolean isSimulators = System.getenv("DOKU_CLIENT_ID").startsWith("SIM-")
                || System.getenv("DOKU_SECRET_KEY").equals(SIMULATOR_KEY);
            if (command.equals("order") && isSimulators && !url.startsWith("http://")) {
                throw new Order.Failure(Order.Outcome.NOTHING_SENT, 0,
                    "the credentials are the simulator's, and DOKU_URL is not the simulator");
            }
            switch (command) {
                case "order" -> System.out.println(order(arguments[1]).generate(doku, url));
                case "serve" -> new Receiver(doku, AMOUNT).serve(Integer.parseInt(arguments[1]));
                default -> throw new IllegalArgumentException("usage: Shop order INVOICE_NUMBER | Shop serve PORT");
            }
        } catch (Doku.Failure e) {
            System.err.println("DOKU_CLIENT_ID, DOKU_SECRET_KEY: " + e.getMessage());
            System.exit(1);
        } catch (Order.Failure | IllegalArgumentException | IOException e) {
            System.err.println(e.getMessage() == null ? e : e.getMessage());
            System.exit(1);
        }
    }

    /** Java has no JSON library: use that of your program, and take the bytes from it once. */
    private static Order order(String invoiceNumber) {
        if (!invoiceNumber.matches("[A-Za-z0-9-]{1,64}")) {
            throw new IllegalArgumentException("the invoice number is not 1 to 64 letters, digits and hyphens");
        }
        // A discount lowers the price, shipping is an item of its own.
        byte[] body = """
            {"order":{"invoice_number":"%s","amount":%d,"callback_url_cancel":"https://shop.example/cancel",
            "line_items":[{"name":"Ayam geprek","price":45000,"quantity":2,"id":"1002","category":"food-and-beverage"},
            {"name":"Ongkos kirim","price":10000,"quantity":1,"id":"ONGKIR","category":"others"}]},
            "peer_to_peer_info":{"merchant_unique_reference":"60123"},
            "customer":{"first_name":"Sari","email":"s.w@mail.example","phone":"6281122334455"},
            "billing_address":{"first_name":"Sari","address":"Jalan Melati No. 25","city":"Jakarta",
            "postal_code":"12960","phone":"6281122334455","country_code":"IDN"}}""".formatted(invoiceNumber, AMOUNT).getBytes(UTF_8);
        return new Order(UUID.randomUUID().toString(), invoiceNumber, AMOUNT, body);
    }
}
