import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs the vectors, whose folder is the argument, then bad input. */
final class Vectors {
    /** As seen from this folder. */
    private static final String FOLDER = "../../spec/vectors";

    /** What a failure says for a reason of the vectors. */
    private static final Map<String, String> SAYS = Map.of("empty", "empty", "too_long", "128 visible", "not_visible_ascii",
        "visible ASCII", "is_secret_key", "SK-", "quoted", "quotation marks", "white_space_at_edge", "white space",
        "invisible_character", "nobody sees", "control_character", "control character", "is_client_id", "client ids do");

    private static int failed;

    private Vectors() {}

    public static void main(String[] arguments) throws Exception {
        String folder = arguments.length > 0 ? arguments[0] : FOLDER;
        run(Path.of(folder, "signatures.tsv"), Vectors::difference);
        run(Path.of(folder, "inputs.tsv"), Vectors::inputDifference);
        run(Path.of(folder, "answers.tsv"), Vectors::answerDifference);
        badInput();
        System.exit(failed == 0 ? 0 : 1);
    }

    private interface Difference {
        String of(Map<String, String> vector) throws Exception;
    }

    private static void run(Path table, Difference difference) throws Exception {
        List<String> lines = Files.readAllLines(table);
        String[] columns = lines.get(0).split("\t", -1);
        int before = failed;
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split("\t", -1);
            Map<String, String> vector = new HashMap<>();
            for (int i = 0; i < columns.length; i++) {
                vector.put(columns[i], cells[i].equals("-") ? null : cells[i]);
            }
            check(vector.get("id"), null, difference.of(vector));
        }
        int count = lines.size() - 1;
        System.out.printf("java: %d of %d vectors of %s passed%n", count - failed + before, count, table.getFileName());
    }

    /** Returns how the code differs from a vector of what the caller passes; null if it does not. */
    private static String inputDifference(Map<String, String> vector) throws Exception {
        String value = text(vector.get("value"));
        Doku doku = new Doku("BRN-1", "SK-1");
        Call call = switch (vector.get("input")) {
            case "client_id" -> () -> new Doku(value, "SK-1");
            case "secret_key" -> () -> new Doku("BRN-1", "SK-1", value);
            case "request_id" -> () -> doku.sign("POST", "/a", value, Instant.EPOCH, new byte[0]);
            case "target" -> () -> doku.sign("POST", value, "r", Instant.EPOCH, new byte[0]);
            default -> throw new IllegalArgumentException("an unknown input");
        };
        boolean isTarget = vector.get("input").equals("target");
        String said = switch (vector.get("input")) {
            case "request_id" -> "request id";
            case "target" -> "target";
            default -> SAYS.get(String.valueOf(vector.get("reason")));
        };
        try {
            call.run();
        } catch (Doku.Failure failure) {
            String message = failure.getMessage();
            String code = isTarget ? "malformed_target" : "configuration";
            boolean right = vector.get("result").equals("invalid") && failure.code().equals(code) && message.contains(said);
            boolean shown = message.contains("SK-test") || message.contains("BRN-0000");
            boolean same = !isTarget || code.equals(code(() -> doku.verifyNotification(value, Map.of(), new byte[0]), null));
            return right && !shown && same ? null : message;
        }
        return vector.get("result").equals("valid") ? null : "it is taken";
    }

    /** Returns how the code differs from a vector; null if it does not. */
    private static String difference(Map<String, String> vector) throws Exception {
        byte[] body = vector.get("body") == null ? null : bytes(vector.get("body"));
        if (body != null && !Doku.digest(body).equals(vector.get("digest"))) {
            return "digest " + Doku.digest(body);
        }
        if (vector.get("kind").equals("digest")) {
            return null;
        }
        String[] keys = keys(vector);
        Doku doku = new Doku(vector.get("client_id"), keys);
        String label = vector.get("kind").equals("response") ? "Response-Timestamp:" : "Request-Timestamp:";
        String id = vector.get("request_id");
        String target = vector.get("target");
        String text = doku.stringToSign(id, label + vector.get("timestamp"), target, vector.get("digest"));
        if (vector.get("string_to_sign") != null && !text.equals(text(vector.get("string_to_sign")))) {
            return "string to sign " + text;
        }
        if (vector.get("kind").equals("request")) {
            String signature = Doku.signature(keys[0], text);
            if (!String.valueOf(vector.get("flags")).contains("digest-given")) {
                Instant at = Instant.parse(vector.get("timestamp"));
                signature = doku.sign(vector.get("method"), target, id, at, body).get("Signature");
            }
            boolean same = signature.equals(vector.get("signature"));
            return same == vector.get("result").equals("valid") ? null : "signature " + signature;
        }
        Map<String, List<String>> headers = headers(vector);
        String code = code(() -> {
            if (vector.get("kind").equals("response")) {
                doku.verifyResponse(target, id, headers, body);
            } else {
                doku.verifyNotification(target, headers, body);
            }
        }, vector.get("matching_target"));
        return String.valueOf(vector.get("reason")).equals(String.valueOf(code)) ? null : "reason " + code;
    }

    /** Returns how the shop's reading of an answer differs from a vector; null if it does not. */
    private static String answerDifference(Map<String, String> vector) throws Exception {
        Doku doku = new Doku(vector.get("client_id"), keys(vector));
        String id = vector.get("request_id");
        byte[] body = vector.get("body") == null ? new byte[0] : bytes(vector.get("body"));
        Order order = new Order(id, vector.get("invoice_number"), Long.parseLong(vector.get("amount")), new byte[0]);
        Map<String, String> sent = doku.sign("POST", Order.GENERATE_ORDER, id, Instant.EPOCH, order.body());
        String outcome = "generated";
        try {
            order.paymentUrl(doku, sent, Integer.parseInt(vector.get("status")), headers(vector), body);
        } catch (Order.Failure e) {
            outcome = e.outcome.name().toLowerCase(Locale.ROOT);
        }
        return outcome.equals(vector.get("outcome")) ? null : outcome;
    }

    private static String[] keys(Map<String, String> vector) {
        return Arrays.stream(vector.get("keys").split(",")).map(Vectors::text).toArray(String[]::new);
    }

    private static Map<String, List<String>> headers(Map<String, String> vector) {
        Map<String, List<String>> headers = new HashMap<>();
        for (String pair : vector.get("headers") == null ? new String[0] : vector.get("headers").split(",")) {
            String[] parts = pair.split(":", -1);
            headers.computeIfAbsent(text(parts[0]), name -> new ArrayList<>()).add(text(parts[1]));
        }
        return headers;
    }

    private static void badInput() throws Exception {
        byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
        for (String[] keys : new String[][] {null, {}, {null}, {""}, {"SK-1", ""}, {"SK-1\n"}, {"SK-\ud800"}}) {
            check("keys", "configuration", code(() -> new Doku("BRN-1", keys), null));
        }
        for (String id : new String[] {null, "", "BRN-1\nRequest-Id:x", "BRN-\ud800"}) {
            check("client id", "configuration", code(() -> new Doku(id, "SK-1"), null));
        }
        Doku doku = new Doku("BRN-1", "SK-1");
        Instant at = Instant.parse("2026-01-05T03:00:00.123Z");
        for (String[] bad : new String[][] {{null, "r"}, {"get", "r"}, {"POST", null}, {"POST", ""}, {"POST", "r\ud800"}}) {
            check(Arrays.toString(bad), "configuration", code(() -> doku.sign(bad[0], "/a", bad[1], at, body), null));
        }
        for (String target : new String[] {null, "", "a", "/a\n", "/a b", "/\udc00", "http://shop.example/a"}) {
            check("target", "malformed_target", code(() -> doku.sign("POST", target, "r", at, body), null));
        }
        check("no time", "configuration", code(() -> doku.sign("POST", "/a", "r", null, body), null));
        for (Instant year : new Instant[] {Instant.MAX, Instant.MIN, Instant.parse("-0001-01-01T00:00:00Z")}) {
            check("year", "configuration", code(() -> doku.sign("POST", "/a", "r", year, body), null));
        }
        check("printed", "Doku(BRN-1)", doku.toString());
        check("no body", "malformed_body", code(() -> doku.sign("POST", "/a", "r", at, null), null));
        check("no body", "malformed_body", code(() -> doku.verifyNotification("/a", Map.of(), null), null));
        check("no target", "malformed_target", code(() -> doku.verifyNotification(null, Map.of(), body), null));
        check("no headers", "missing_header", code(() -> doku.verifyNotification("/a", null, body), null));
        Map<String, List<String>> headers = new HashMap<>();
        headers.put(null, List.of("HTTP/1.1 200 OK"));
        headers.put("Client-Id", Arrays.asList((String) null));
        check("null in headers", "malformed_header", code(() -> doku.verifyNotification("/a", headers, body), null));
        String time = doku.sign("POST", "/a", "r", at, body).get("Request-Timestamp");
        check("time", "2026-01-05T03:00:00Z", time);
        String answer = doku.stringToSign("r", "Response-Timestamp:" + time, "/a", Doku.digest(body));
        Map<String, List<String>> answered = Map.of("client-id", List.of("BRN-1"), "request-id", List.of("r"),
            "response-timestamp", List.of(time), "signature", List.of(Doku.signature("SK-1", answer)));
        check("our answer", null, code(() -> doku.verifyResponse("/a", "r", answered, body), null));
        check("other id", "request_id_mismatch", code(() -> doku.verifyResponse("/a", "s", answered, body), null));
        check("no id", "request_id_mismatch", code(() -> doku.verifyResponse("/a", null, answered, body), null));
    }

    private interface Call {
        void run() throws Doku.Failure;
    }

    /** Returns the code that a call fails with, or null. The text must name the target that was signed, if there is one. */
    private static String code(Call call, String target) {
        try {
            call.run();
            return null;
        } catch (Doku.Failure failure) {
            boolean named = target == null || failure.getMessage().contains("for " + target + ";");
            return named ? failure.code() : failure.getMessage();
        }
    }

    private static void check(String name, String expected, String found) {
        if (!String.valueOf(expected).equals(String.valueOf(found))) {
            failed++;
            System.out.println(name + ": " + found + ", not " + expected);
        }
    }

    private static byte[] bytes(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    private static String text(String base64) {
        return new String(bytes(base64), StandardCharsets.UTF_8);
    }
}
