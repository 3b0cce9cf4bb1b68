import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A part of a package.
///
/// @param component as CycloneDX describes it
/// @param texts     of its licences and notices; none for a part of another one
record Part(ObjectNode component, List<Text> texts) {
    /// A file about a part's licence.
    ///
    /// @param content empty if the package has the file elsewhere, at the path `name`
    record Text(String name, String content) {
        boolean isNotice() {
            return name.toUpperCase(Locale.ROOT).contains("NOTICE");
        }

        boolean isElsewhere() {
            return content.isEmpty();
        }

        /// Equal for texts that differ in layout only.
        String words() {
            return content.replaceAll("\\W+", " ").strip();
        }
    }

    static ObjectNode component(String name, String version) {
        return JsonMapper.shared().createObjectNode().put("type", "library").put("name", name).put("version", version);
    }

    static ObjectNode component(String name, String version, String license) {
        ObjectNode component = component(name, version);
        ObjectNode entry = component.putArray("licenses").addObject();
        if (license.contains(" ")) entry.put("expression", license);
        else entry.putObject("license").put("id", license);
        return component;
    }

    static void addPlace(ObjectNode component, String place) {
        ArrayNode occurrences = component.withObject("evidence").withArray("occurrences");
        occurrences.addObject().put("location", place);
    }

    String name() {
        return component.path("name").asString();
    }

    String title() {
        return name() + " " + component.path("version").asString();
    }

    List<String> licenses() throws IOException {
        List<String> names = new ArrayList<>();
        for (JsonNode each : component.path("licenses")) {
            JsonNode license = each.path("license");
            if (each.has("expression")) names.add(each.path("expression").asString());
            else names.add(license.path(license.has("id") ? "id" : "name").asString());
        }
        if (names.isEmpty()) throw new IOException("Maven knows no licence of " + title());
        return names;
    }
}
