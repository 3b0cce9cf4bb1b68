package dev.sluice.app.doctor;

import dev.sluice.server.Server;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The effect of each fault on users, and the settings that cure it: the same texts as on the page `/doctor/`.
public final class FindingTexts {
    private final JsonNode texts;

    private FindingTexts(JsonNode texts) {
        this.texts = texts;
    }

    public static FindingTexts english() {
        return of("en");
    }

    static FindingTexts of(String language) {
        try (InputStream file = Server.class.getResourceAsStream("page/doctor/findings." + language + ".json")) {
            if (file == null)
                throw new IllegalStateException("the server was built without the findings of the doctor");
            return new FindingTexts(JsonMapper.shared().readTree(file));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    String title(Finding finding) {
        return text(finding).path("title").asString();
    }

    String effect(Finding finding) {
        return text(finding).path("effect").asString();
    }

    /// The cures by proxy or cloud, in the order of the file.
    Map<String, String> cures(Finding finding) {
        var cures = new LinkedHashMap<String, String>();
        text(finding)
                .path("cures")
                .properties()
                .forEach(each -> cures.put(each.getKey(), each.getValue().asString()));
        return cures;
    }

    private JsonNode text(Finding finding) {
        JsonNode text = texts.path(finding.code());
        if (text.isMissingNode()) throw new IllegalStateException("there is no text for the finding " + finding.code());
        return text;
    }
}
