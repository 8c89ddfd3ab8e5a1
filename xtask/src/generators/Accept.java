import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.openapitools.client.JSON;

/** Prints, as JSON, which payloads the generated classes accept: {@code java Accept PAYLOADS}. */
public class Accept {
    public static void main(String[] arguments) throws Exception {
        ObjectMapper mapper = JSON.getDefault().getMapper();
        List<Boolean> accepted = new ArrayList<>();
        for (JsonNode payload : new ObjectMapper().readTree(new File(arguments[0]))) {
            Class<?> type = Class.forName("org.openapitools.client.model." + payload.get("component").asText());
            accepted.add(accepts(mapper, payload.get("text").asText(), type));
        }
        System.out.println(accepted);
    }

    private static boolean accepts(ObjectMapper mapper, String text, Class<?> type) {
        try {
            return mapper.readValue(text, type) != null;
        } catch (JsonProcessingException | IllegalArgumentException error) {
            return false;
        }
    }
}
