import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The texts of licences, and the notices that have to go with the parts: `licenses/` and `NOTICE` of a folder.
final class Licenses {
    private static final String APACHE = "Apache-2.0";

    private final Path project;
    private final Path folder;
    private final Map<String, String> names = new HashMap<>(); // Of the files of texts, by their words.

    Licenses(Path project, Path folder) {
        this.project = project;
        this.folder = folder;
    }

    /// The part with a text of its licence: if its jar has none, the committed one of its name, or of a licence of it.
    Part withText(Part part) throws IOException {
        if (part.texts().stream().anyMatch(each -> !each.isNotice())) return part;
        List<String> names = new ArrayList<>(List.of(part.name()));
        for (String license : part.licenses()) names.add(license.replace(' ', '-'));
        for (String name : names) {
            for (Path file : committed(name)) {
                if (!Files.exists(file)) continue;
                List<Part.Text> texts = new ArrayList<>(part.texts());
                texts.add(new Part.Text(name + ".txt", Files.readString(file)));
                return new Part(part.component(), texts);
            }
        }
        throw new IOException("There is no text of the licence of " + part.title() + ": add one of " + names
                + " to packaging/notices/licenses.");
    }

    private List<Path> committed(String name) {
        if (name.equals(APACHE)) return List.of(project.resolve("LICENSE"));
        return List.of(
                project.resolve("packaging/notices/licenses/" + name + ".txt"),
                project.resolve("hub/server/src/main/resources/META-INF/licenses/" + name + ".txt"));
    }

    void write(List<Part> parts) throws IOException {
        Files.createDirectories(folder.resolve("licenses"));
        var list = new StringBuilder("What this package contains, with its licences and their texts. sbom.cdx.json")
                .append(" has the same list for programs.\n");
        for (Part part : parts) {
            Set<String> files = new LinkedHashSet<>();
            for (Part.Text text : part.texts()) if (!text.isNotice()) files.add(file(part, text));
            list.append('\n').append(part.title()).append("\n  ");
            list.append(String.join(", ", part.licenses())).append('\n');
            if (!files.isEmpty()) list.append("  ").append(String.join(", ", files)).append('\n');
        }
        Files.writeString(folder.resolve("licenses/README.txt"), list);
        writeNotice(parts);
    }

    /// The name of the file with a text, which is written once for all parts that have it.
    private String file(Part part, Part.Text text) throws IOException {
        if (text.isElsewhere()) return text.name();
        String known = names.get(text.words());
        if (known != null) return known;
        String name = text.name().contains("LICENSE") ? part.name() + "-" + text.name() : text.name();
        names.put(text.words(), name);
        Files.writeString(folder.resolve("licenses").resolve(name), text.content().stripTrailing() + "\n");
        return name;
    }

    /// The licence of Apache (section 4d) asks to pass notices on.
    private void writeNotice(List<Part> parts) throws IOException {
        var notice = new StringBuilder(Files.readString(project.resolve("NOTICE")));
        Set<String> written = new LinkedHashSet<>();
        for (Part part : parts) {
            for (Part.Text text : part.texts()) {
                if (!text.isNotice() || !written.add(text.words())) continue;
                notice.append('\n').append("-".repeat(72)).append('\n').append(part.title()).append("\n\n");
                notice.append(text.content().strip()).append('\n');
            }
        }
        Files.writeString(folder.resolve("NOTICE"), notice);
    }
}
