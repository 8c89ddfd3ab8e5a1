import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.*;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A shop behind {@code doku sidecar}: order, redirect, effect. README.md says how to run it. */
final class Shop {
    public static void main(String[] arguments) throws Exception {
        HttpServer shop = HttpServer.create(new InetSocketAddress("127.0.0.1", 8080), 0);
        shop.createContext("/", page -> answer(page, 200,
            "<form method=post action=/buy/INV-" + UUID.randomUUID() + "><button>Pay later</button></form>"));
        shop.createContext("/buy/", Shop::buy);
        shop.createContext("/effects", Shop::effect);
        shop.start();
    }

    /** One number for one cart: a second click makes no second order. */
    private static void buy(HttpExchange page) throws IOException {
        String cart = page.getRequestURI().getPath().substring("/buy/".length()).replaceAll("[^A-Za-z0-9-]", "");
        HttpRequest ask = HttpRequest.newBuilder(URI.create("http://127.0.0.1:4100/orders"))
            .header("Authorization", "Bearer " + read("secrets/token")).header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(read("order.json").replace("CART", cart))).build();
        try {
            HttpResponse<byte[]> said = HttpClient.newHttpClient().send(ask, HttpResponse.BodyHandlers.ofByteArray());
            Object url = Json.member(Json.read(said.body()), "payment_url");
            if (url != null) page.getResponseHeaders().set("Location", (String) url);
            answer(page, url != null ? 303 : said.statusCode(), new String(said.body(), StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            answer(page, 503, "try again");
        }
    }

    /** Signed by the sidecar, sent until it is answered with 2xx: act once for each id. */
    private static void effect(HttpExchange page) throws IOException {
        byte[] body = page.getRequestBody().readAllBytes();
        String id = header(page, "webhook-id");
        String sent = header(page, "webhook-timestamp");
        String ours = "v1," + Base64.getEncoder().encodeToString(sign((id + "." + sent + ".").getBytes(), body));
        boolean genuine = Arrays.stream(header(page, "webhook-signature").split(" "))
            .anyMatch(theirs -> MessageDigest.isEqual(theirs.getBytes(), ours.getBytes()));
        if (!genuine || Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(sent)) > 300) {
            answer(page, 401, "");
        } else {
            Files.write(Path.of("effects", id + ".json"), body);
            answer(page, 204, "");
        }
    }

    private static byte[] sign(byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            byte[] secret = Base64.getDecoder().decode(read("secrets/webhook").replace("whsec_", ""));
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            for (byte[] part : parts) mac.update(part);
            return mac.doFinal();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String header(HttpExchange page, String name) {
        return Objects.requireNonNullElse(page.getRequestHeaders().getFirst(name), "");
    }

    private static String read(String name) throws IOException {
        return Files.readString(Path.of(name)).strip();
    }

    private static void answer(HttpExchange page, int status, String text) throws IOException {
        page.sendResponseHeaders(status, text.isEmpty() ? -1 : text.getBytes().length);
        page.getResponseBody().write(text.getBytes());
        page.close();
    }
}
