package dev.sluice.server.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.fuzz.FuzzTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The readers of objects and arrays, against Jackson's tree.
public final class JsonTargets {
    public static final List<FuzzTarget> ALL = List.of(
            new FuzzTarget("json-object", JsonTargets::object), new FuzzTarget("json-array", JsonTargets::array));

    private JsonTargets() {}

    private static void object(byte[] input) {
        Map<String, JsonNode> members = new HashMap<>();
        try {
            Json.check(input);
            var reader = new JsonObjectReader(input);
            for (String name = reader.next(); name != null; name = reader.next()) {
                assertThat(members.put(
                                name,
                                JsonMapper.shared().readTree(reader.value().bytes())))
                        .as("a name that is there twice")
                        .isNull();
            }
        } catch (InvalidJsonException refused) {
            assertThat(refused.getMessage()).isNotBlank();
            return;
        }
        JsonNode tree = JsonMapper.shared().readTree(input);
        assertThat(tree.size()).isEqualTo(members.size());
        members.forEach((name, value) -> assertThat(tree.get(name)).isEqualTo(value));
    }

    private static void array(byte[] input) {
        List<JsonNode> elements = new ArrayList<>();
        try {
            Json.check(input);
            var reader = new JsonArrayReader(input);
            for (var each = reader.next(); each != null; each = reader.next()) {
                elements.add(JsonMapper.shared().readTree(each.bytes()));
            }
        } catch (InvalidJsonException refused) {
            assertThat(refused.getMessage()).isNotBlank();
            return;
        }
        JsonNode tree = JsonMapper.shared().readTree(input);
        assertThat(tree.size()).isEqualTo(elements.size());
        for (int i = 0; i < elements.size(); i++) assertThat(tree.get(i)).isEqualTo(elements.get(i));
    }
}
