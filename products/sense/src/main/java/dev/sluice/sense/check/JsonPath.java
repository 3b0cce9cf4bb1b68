package dev.sluice.sense.check;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// A place in a JSON document, written in the subset of JSONPath (RFC 9535) that names a single place:
/// `$.checks[0].status`, or `$['a key']`.
public record JsonPath(String text, List<String> steps) {
    private static final Pattern STEP = Pattern.compile("\\.([\\p{L}_][\\p{L}\\p{N}_-]*)|\\[(\\d{1,6})]|\\['([^']*)']");

    /// @throws IllegalArgumentException if the text is not such a path
    public static JsonPath parse(String text) {
        List<String> steps = new ArrayList<>();
        var matcher = STEP.matcher(text);
        int at = 1;
        while (at < text.length() && matcher.find(at) && matcher.start() == at) {
            String name = matcher.group(1) != null ? matcher.group(1) : matcher.group(3);
            steps.add(name != null ? "." + name : matcher.group(2));
            at = matcher.end();
        }
        if (!text.startsWith("$") || at != text.length())
            throw new IllegalArgumentException("'" + text + "' is not a path: write it as $.checks[0].status");
        return new JsonPath(text, List.copyOf(steps));
    }

    /// Returns the value at this place, or a missing node.
    JsonNode find(JsonNode root) {
        JsonNode node = root;
        for (String step : steps) {
            node = step.startsWith(".") ? node.path(step.substring(1)) : node.path(Integer.parseInt(step));
        }
        return node;
    }

    @Override
    public String toString() {
        return text;
    }
}
