import java.io.InputStream;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An order, as it is stored before it is sent. After a lost answer, send the same body with the same request id again.
 *
 * @param amount what the customer pays, in whole rupiah: the sum of price × quantity of all line items
 */
record Order(String requestId, String invoiceNumber, long amount, byte[] body) {
    /** Whether an order may exist at DOKU, and what to do. */
    enum Outcome {
        NOTHING_SENT("nothing was sent: correct it and try again"),
        REFUSED("there is no order: offer another way to pay"),
        UNKNOWN("an order may exist: send the same body with the same request id again, or ask for its status; never make "
            + "a new order");

        private final String text;

        Outcome(String text) {
            this.text = text;
        }
    }

    /** Why there is no payment page. Its status is 0 where no answer came. */
    static final class Failure extends Exception {
        private static final long serialVersionUID = 1L;
        final Outcome outcome;
        final int status;

        Failure(Outcome outcome, int status, String text) {
            super((status == 0 ? "" : "HTTP " + status + ": ") + text + "; " + outcome.text);
            this.outcome = outcome;
            this.status = status;
        }
    }

    static final String GENERATE_ORDER = "/indodana-peer-to-peer/v2/generate-order";
    private static final int MAX_BODY = 1 << 20;
    private static final Pattern HIT =
        Pattern.compile("hit|stale|revalidated|updating|fresh|expired", Pattern.CASE_INSENSITIVE);

    /** A redirect is not followed: it would hand the signed order, with name and address, to another host. */
    private static final HttpClient CLIENT = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER)
        .version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10)).build();

    /** Sends the order once, and returns where to send the customer. Store the order before it is called. */
    String generate(Doku doku, String base) throws Failure, InterruptedException {
        if (!isTrusted(base)) {
            throw new Failure(Outcome.NOTHING_SENT, 0, "DOKU_URL is neither https nor http on a loopback address");
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + GENERATE_ORDER))
            .timeout(Duration.ofSeconds(30)).POST(BodyPublishers.ofByteArray(body));
        request.header("Content-Type", "application/json");
        Map<String, String> sent;
        try {
            sent = doku.sign("POST", GENERATE_ORDER, requestId, Instant.now(), body);
            sent.forEach(request::header);
        } catch (Doku.Failure e) {
            throw new Failure(Outcome.NOTHING_SENT, 0, e.getMessage());
        }
        // On a thread of its own, so that an answer that never ends is given up.
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            return thread.submit(() -> {
                HttpResponse<InputStream> response = CLIENT.send(request.build(), BodyHandlers.ofInputStream());
                try (InputStream stream = response.body()) {
                    byte[] answer = stream.readNBytes(MAX_BODY + 1);
                    return paymentUrl(doku, sent, response.statusCode(), response.headers().map(), answer);
                }
            }).get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Failure failure) {
                throw failure;
            } else if (e.getCause() instanceof ConnectException || e.getCause() instanceof HttpConnectTimeoutException) {
                throw new Failure(Outcome.NOTHING_SENT, 0, "no connection to " + base);
            }
            throw new Failure(Outcome.UNKNOWN, 0, "no whole answer came");
        } catch (TimeoutException e) {
            throw new Failure(Outcome.UNKNOWN, 0, "no whole answer came in time");
        } finally {
            thread.shutdownNow();
        }
    }

    /**
     * Returns where to send the customer. DOKU's answer is proven first, and then compared with the order; a proven answer
     * about the order counts, whatever its status. The headers are those of the request and those of the answer.
     */
    String paymentUrl(Doku doku, Map<String, String> sent, int status, Map<String, List<String>> headers, byte[] answer)
        throws Failure {
        if (answer.length > MAX_BODY) {
            throw new Failure(Outcome.UNKNOWN, status, "the answer is longer than 1 MiB");
        }
        boolean proven = true;
        try {
            doku.verifyResponse(GENERATE_ORDER, requestId, headers, answer);
        } catch (Doku.Failure e) {
            proven = false;
            if (status / 100 == 2 || !values(headers, "Signature").isEmpty()) {
                throw new Failure(Outcome.UNKNOWN, status, "the answer is not proven to be DOKU's: " + e.getMessage());
            }
        }
        Object said = null;
        try {
            said = Json.read(answer);
        } catch (IllegalArgumentException e) {
            // It is about no order, and no refusal that proves anything.
        }
        Object invoice = Json.member(Json.member(said, "order"), "invoice_number");
        Object payment = Json.member(Json.member(said, "payment"), "status");
        boolean isAboutAnOrder = invoice instanceof String && payment instanceof String;
        if (!proven && isForeign(sent, headers)) {
            throw new Failure(Outcome.UNKNOWN, status, "the answer is to another request, or a cache's");
        } else if (!proven || !isAboutAnOrder && status / 100 != 2) {
            Refusal refusal = Refusal.read(said);
            throw new Failure(refusal.provesAbsence(status) ? Outcome.REFUSED : Outcome.UNKNOWN, status, refusal.text());
        } else if (!isAboutAnOrder) {
            throw new Failure(Outcome.UNKNOWN, status, "the answer is not JSON about an order");
        } else if (!invoice.equals(invoiceNumber)) {
            throw new Failure(Outcome.UNKNOWN, status, "the answer is not about this invoice number");
        } else if (!isRupiah(Json.member(Json.member(said, "order"), "amount"), amount)) {
            throw new Failure(Outcome.UNKNOWN, status, "the answer is about another amount");
        } else if (payment.equals("FAILED")) {
            throw new Failure(Outcome.REFUSED, status, "the payment status is FAILED");
        } else if (!payment.equals("PENDING")) {
            throw new Failure(Outcome.UNKNOWN, status, "the payment status is neither PENDING nor FAILED");
        } else if (!(Json.member(Json.member(said, "payment"), "url") instanceof String url) || !isTrusted(url)) {
            throw new Failure(Outcome.UNKNOWN, status, "the answer has no payment URL that is https");
        } else {
            return url;
        }
    }

    /**
     * Tells whether an answer without a signature says itself that it is none to our request of now: it names another
     * request or another client, or a cache had it.
     */
    private static boolean isForeign(Map<String, String> sent, Map<String, List<String>> headers) {
        boolean isOurs = Stream.of("Request-Id", "Client-Id")
            .allMatch(name -> values(headers, name).stream().allMatch(sent.get(name)::equals));
        boolean isHit = headers.entrySet().stream()
            .anyMatch(header -> header.getValue().stream().anyMatch(value -> isHit(header.getKey(), value)));
        return !isOurs || isHit || !values(headers, "Age").isEmpty() || !values(headers, "Warning").isEmpty();
    }

    /** Tells whether a cache says in this header that it had the answer. */
    private static boolean isHit(String header, String value) {
        String name = header == null ? "" : header.toLowerCase(Locale.ROOT);
        if (name.equals("x-varnish")) {
            return value.strip().split("\\s+").length > 1;
        }
        return name.contains("cache") && !name.endsWith("control")
            && (HIT.matcher(value).find() || name.endsWith("hits") && value.matches(".*[1-9].*"));
    }

    /** Returns the values of a header, which may stand there in any case and more than once. */
    private static List<String> values(Map<String, List<String>> headers, String wanted) {
        return headers.keySet().stream().filter(wanted::equalsIgnoreCase).flatMap(name -> headers.get(name).stream())
            .toList();
    }

    /** Compares an amount with ours: 100000, 100000.00 and the same as text. */
    static boolean isRupiah(Object given, long ours) {
        boolean isAmount = given instanceof BigDecimal
            || given instanceof String text && text.matches("[0-9]{1,16}(\\.00?)?");
        return isAmount && new BigDecimal(given.toString()).compareTo(BigDecimal.valueOf(ours)) == 0;
    }

    /** Tells whether an absolute URL is https, or http on a loopback address. */
    static boolean isTrusted(String text) {
        if (!text.matches("https?://[!-\\[\\]-~]+")) {
            return false;
        }
        try {
            URI url = URI.create(text);
            String host = url.getHost();
            if (host == null || url.getRawUserInfo() != null) {
                return false;
            }
            boolean isAddress = host.matches("\\[.*\\]|[0-9.]+");
            boolean local = host.equals("localhost") || isAddress && InetAddress.getByName(host).isLoopbackAddress();
            return url.getScheme().equals("https") || local;
        } catch (IllegalArgumentException | UnknownHostException e) {
            return false;
        }
    }

    /** Returns text for a log or a terminal, without control characters. */
    static String printable(String text) {
        return "\"" + text.replaceAll("[\\p{Cntrl}\\p{Cf}\u2028\u2029]", "?") + "\"";
    }
}
