import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.*;
import java.nio.file.*;
import java.security.MessageDigest;
import java.util.*;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A shop behind {@code doku sidecar}: order, redirect, effect. README.md says how to run it. */
final class Shop {
    /** One number for one cart: a second click makes no second order. */
    private static void buy(HttpExchange page) throws Exception {
        String cart = page.getRequestURI().getPath().substring("/buy/".length()).replaceAll("[^A-Za-z0-9-]", "");
        String order = Files.readString(Path.of("order.json")).replace("CART", cart);
        HttpRequest ask = HttpRequest.newBuilder(URI.create("http://127.0.0.1:4100/orders"))
            .header("Authorization", "Bearer " + Files.readString(Path.of("secrets/token")).strip())
            .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(order)).build();
        HttpResponse<byte[]> said = HttpClient.newHttpClient().send(ask, HttpResponse.BodyHandlers.ofByteArray());
        Object url = Json.member(Json.read(said.body()), "payment_url");
        if (url != null) page.getResponseHeaders().set("Location", (String) url);
        answer(page, url != null ? 303 : said.statusCode(), said.body());
    }

    /** Signed by the sidecar, sent until it is answered with 2xx: act once for each id. */
    private static void effect(HttpExchange page) throws Exception {
        Headers head = page.getRequestHeaders();
        String id = head.getFirst("webhook-id"), sent = head.getFirst("webhook-timestamp");
        byte[] body = page.getRequestBody().readAllBytes();
        String secret = Files.readString(Path.of("secrets/webhook")).strip().replace("whsec_", "");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret), "HmacSHA256"));
        mac.update((id + "." + sent + ".").getBytes());
        String ours = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        boolean genuine = Arrays.stream(String.valueOf(head.getFirst("webhook-signature")).split(" "))
            .anyMatch(theirs -> MessageDigest.isEqual(theirs.getBytes(), ours.getBytes()));
        boolean fresh = genuine && Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(sent)) < 300;
        if (fresh) Files.write(Path.of("effects", id + ".json"), body);
        answer(page, fresh ? 204 : 401, new byte[0]);
    }

    /* All else: the front page, and the server. */
    private static void front(HttpExchange page) throws Exception {
        String form = "<form method=post action=/buy/INV-" + UUID.randomUUID() + "><button>Pay later</button></form>";
        answer(page, 200, form.getBytes());
    }

    private static void answer(HttpExchange page, int status, byte[] text) throws IOException {
        page.sendResponseHeaders(status, text.length == 0 ? -1 : text.length);
        page.getResponseBody().write(text);
        page.close();
    }

    interface Step {
        void take(HttpExchange page) throws Exception;
    }

    private static void serve(HttpServer shop, String path, Step step) {
        shop.createContext(path, page -> {
            try {
                step.take(page);
            } catch (Exception e) {
                System.err.println(e);
                answer(page, 503, "try again".getBytes());
            }
        });
    }

    public static void main(String[] arguments) throws Exception {
        HttpServer shop = HttpServer.create(new InetSocketAddress("127.0.0.1", 8080), 0);
        serve(shop, "/", Shop::front);
        serve(shop, "/buy/", Shop::buy);
        serve(shop, "/effects", Shop::effect);
        shop.start();
    }
}
