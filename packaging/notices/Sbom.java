import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A bill of materials as CycloneDX 1.6 writes it.
final class Sbom {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final String version;
    private final JsonNode dependencies;

    /// @param version      of Sluice
    /// @param dependencies of Maven's bill, from which those of listed parts are taken
    Sbom(String version, JsonNode dependencies) {
        this.version = version;
        this.dependencies = dependencies;
    }

    String of(List<Part> parts) {
        ArrayNode components = JSON.createArrayNode();
        Set<String> references = new TreeSet<>();
        for (Part part : parts) {
            references.add(reference(part.component()));
            components.add(part.component());
        }
        ObjectNode metadata = metadata();
        // Derived from the contents, so that the same contents have the same number.
        byte[] contents = (metadata.toString() + components).getBytes(StandardCharsets.UTF_8);
        ObjectNode document = JSON.createObjectNode();
        document.put("bomFormat", "CycloneDX").put("specVersion", "1.6");
        document.put("serialNumber", "urn:uuid:" + UUID.nameUUIDFromBytes(contents));
        document.put("version", 1);
        document.set("metadata", metadata);
        document.set("components", components);
        document.set("dependencies", dependencies(references));
        return document.toPrettyString() + "\n";
    }

    private static String reference(ObjectNode component) {
        if (!component.has("bom-ref")) {
            JsonNode first = component.path("evidence").path("occurrences").path(0);
            component.put("bom-ref", component.path("name").asString() + "@" + first.path("location").asString());
        }
        return component.path("bom-ref").asString();
    }

    private ObjectNode metadata() {
        ObjectNode metadata = JSON.createObjectNode();
        long seconds = Long.parseLong(System.getenv("SOURCE_DATE_EPOCH"));
        metadata.put("timestamp", Instant.ofEpochSecond(seconds).toString());
        ObjectNode sluice = Part.component("sluice", version, "Apache-2.0");
        sluice.put("type", "application").put("bom-ref", "sluice").put("purl", "pkg:generic/sluice@" + version);
        metadata.set("component", sluice);
        return metadata;
    }

    private ArrayNode dependencies(Set<String> references) {
        ArrayNode all = JSON.createArrayNode();
        ObjectNode sluice = all.addObject().put("ref", "sluice");
        references.forEach(sluice.putArray("dependsOn")::add);
        for (JsonNode each : dependencies) {
            if (!references.contains(each.path("ref").asString())) continue;
            ArrayNode needed = all.addObject().put("ref", each.path("ref").asString()).putArray("dependsOn");
            for (JsonNode other : each.path("dependsOn")) if (references.contains(other.asString())) needed.add(other);
        }
        return all;
    }
}
