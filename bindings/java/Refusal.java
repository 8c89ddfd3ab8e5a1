import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What DOKU says against an order: codes, of which the first one counts, and texts.
 *
 * <p>There is no order only where the table in {@code Generated} lists that as a proof: what is not known may well be said of
 * an order that is there.
 */
record Refusal(List<String> codes, List<String> texts) {
    /** Reads a refusal, which has one of several shapes. */
    static Refusal read(Object said) {
        Object inner = Json.member(said, "error");
        List<String> codes = Stream
            .of(Json.member(inner, "code"), Json.member(said, "code"), Json.member(said, "response_code"),
                Json.member(said, "status"))
            .filter(String.class::isInstance).map(String.class::cast).toList();
        List<String> texts = new ArrayList<>();
        for (Object given : Arrays.asList(Json.member(inner, "message"), Json.member(said, "message"),
            Json.member(said, "error_messages"))) {
            if (given != null) {
                // What is no text is listed nowhere.
                (given instanceof List<?> list ? list : List.of(given)).forEach(text -> texts.add(String.valueOf(text)));
            }
        }
        return new Refusal(codes, texts);
    }

    boolean provesAbsence(int status) {
        List<String> each = texts.stream().flatMap(text -> Arrays.stream(text.split("; ", -1))).toList();
        if (each.stream().anyMatch(Generated.TELLING::contains)) {
            return false;
        }
        boolean areListed = !each.isEmpty() && each.stream().allMatch(text -> Generated.TEXTS.stream()
            .anyMatch(listed -> listed.pattern().matcher(text).find() && listed.statuses().contains(status)));
        if (codes.isEmpty()) {
            return areListed;
        }
        return Generated.CODES.stream().anyMatch(code -> code.name().equals(codes.get(0))
            && code.statuses().contains(status) && (code.anyText() || areListed));
    }

    /** DOKU's own words; they may repeat what the customer typed. */
    String text() {
        List<String> said = Stream.concat(codes.stream(), texts.stream()).toList();
        return said.isEmpty() ? "DOKU gives no reason" : "DOKU says " + Order.printable(String.join("; ", said));
    }
}
