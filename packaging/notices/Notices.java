import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Lists what a program folder contains, from its files: writes `sbom.cdx.json`, `NOTICE` and `licenses/` into it. Versions
/// and licences of jars come from the bill of materials that Maven makes of the module `app`, those of other parts from
/// `parts.json`. A file without a version, a licence or a text of it ends the program.
///
///     java -cp 'app/target/lib/*' packaging/notices/Notices.java PROJECT FOLDER VERSION [SYSTEM]
///
/// SYSTEM is the root of an image, whose Debian packages are listed too.
final class Notices {
    private static final String OWN_GROUP = "dev.sluice";

    /// Of OpenJDK's builds; `runtime/legal` has the texts.
    private static final String JDK_LICENSE = "GPL-2.0-only WITH Classpath-exception-2.0";

    private final Path folder;
    private final JsonNode known;
    private final JsonNode maven;
    private final Licenses licenses;
    private final Map<String, ObjectNode> byFile = new TreeMap<>(); // Components of Maven's bill, by the jar's name.
    private final Map<String, Set<String>> places = new TreeMap<>(); // Of parts inside other files, by name.
    private final List<Part> parts = new ArrayList<>();

    private Notices(Path project, Path folder) throws IOException {
        this.folder = folder;
        this.licenses = new Licenses(project, folder);
        this.known = JsonMapper.shared().readTree(Files.readString(project.resolve("packaging/notices/parts.json")));
        this.maven = JsonMapper.shared().readTree(Files.readString(project.resolve("app/target/bom.json")));
        index(maven.path("metadata").path("component"));
        maven.path("components").forEach(this::index);
    }

    static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[1]);
        var notices = new Notices(Path.of(arguments[0]), folder);
        notices.addProgram();
        if (arguments.length > 3) notices.addSystem(Path.of(arguments[3]));
        notices.licenses.write(notices.parts);
        String sbom = new Sbom(arguments[2], notices.maven.path("dependencies")).of(notices.parts);
        Files.writeString(folder.resolve("sbom.cdx.json"), sbom);
    }

    private void index(JsonNode component) {
        String purl = component.path("purl").asString();
        String classifier = purl.contains("classifier=") ? "-" + purl.replaceFirst(".*classifier=([^&]*).*", "$1") : "";
        String name = component.path("name").asString() + "-" + component.path("version").asString() + classifier;
        byFile.put(name + ".jar", (ObjectNode) component);
    }

    private void addProgram() throws IOException {
        for (Path file : files(folder.resolve("lib"))) {
            String name = file.getFileName().toString();
            if (name.endsWith(".jar")) addJar(file);
            else if (isNative(name)) addNative(name, folder.relativize(file).toString(), Files.readAllBytes(file));
        }
        for (JsonNode part : known.path("parts")) addInner(part);
        if (Files.exists(folder.resolve("runtime/release"))) addRuntime();
    }

    private static List<Path> files(Path of) throws IOException {
        try (Stream<Path> all = Files.walk(of)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static boolean isNative(String name) {
        return name.matches(".*\\.(so|dll|dylib|jnilib|a)");
    }

    private void addJar(Path file) throws IOException {
        String place = folder.relativize(file).toString();
        ObjectNode found = byFile.get(file.getFileName().toString());
        if (found == null) throw new IOException("Maven's bill of materials has no " + place);
        ObjectNode component = file(found.deepCopy(), place, Files.readAllBytes(file)).put("type", "library");
        List<Part.Text> texts = new ArrayList<>();
        try (var jar = new ZipFile(file.toFile())) {
            for (ZipEntry entry : entries(jar)) {
                String path = entry.getName();
                String name = path.substring(path.lastIndexOf('/') + 1);
                if (isLegal(path)) texts.add(new Part.Text(name, new String(bytes(jar, entry), StandardCharsets.UTF_8)));
                else if (isNative(name)) addNative(name, place + "!/" + path, bytes(jar, entry));
                else if (path.matches("META-INF/maven/.*/pom\\.properties")) addShaded(component, bytes(jar, entry));
                else noteInner(place + "!/" + path);
            }
        }
        boolean isOwn = component.path("group").asString().equals(OWN_GROUP);
        parts.add(isOwn ? new Part(component, List.of()) : licenses.withText(new Part(component, texts)));
    }

    private static List<? extends ZipEntry> entries(ZipFile jar) {
        return jar.stream()
                .filter(each -> !each.isDirectory())
                .sorted(Comparator.comparing(ZipEntry::getName))
                .toList();
    }

    private static byte[] bytes(ZipFile jar, ZipEntry entry) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            return in.readAllBytes();
        }
    }

    private static boolean isLegal(String path) {
        return path.matches("(?i)(META-INF/)?(maven/.*/|license/)?([\\w-]*LICENSE|LICENCE|NOTICE|COPYING)[\\w.-]*")
                && !path.endsWith(".class");
    }

    /// Adds a library whose classes are in another one's jar.
    private void addShaded(ObjectNode jar, byte[] pom) throws IOException {
        Properties properties = properties(new String(pom, StandardCharsets.ISO_8859_1));
        String group = properties.getProperty("groupId");
        String artifact = properties.getProperty("artifactId");
        String version = properties.getProperty("version");
        if (artifact.equals(jar.path("name").asString())) return;
        String license = known.path("shaded").path(group).asString("");
        if (license.isEmpty()) throw new IOException("parts.json has no licence of the shaded " + group);
        ObjectNode component = Part.component(artifact, version, license);
        component.put("group", group).put("purl", "pkg:maven/" + group + "/" + artifact + "@" + version);
        jar.withArray("components").add(component);
    }

    private void addNative(String name, String place, byte[] content) throws IOException {
        ObjectNode owner = owner(name);
        ObjectNode component = Part.component(name, owner.path("version").asString());
        component.put("type", "file").set("licenses", owner.path("licenses"));
        parts.add(new Part(file(component, place, content), List.of()));
        noteInner(place);
    }

    /// The library that a native one is a part of.
    private ObjectNode owner(String name) throws IOException {
        for (Map.Entry<String, JsonNode> each : known.path("natives").properties()) {
            if (!("lib" + name).contains(each.getKey())) continue;
            for (ObjectNode jar : byFile.values()) {
                if (jar.path("name").asString().equals(each.getValue().asString())) return jar;
            }
        }
        throw new IOException("parts.json does not say which library the native " + name + " belongs to");
    }

    /// Remembers in which file the parts inside others are.
    private void noteInner(String place) {
        for (JsonNode part : known.path("parts")) {
            if (!place.contains(part.path("in").asString())) continue;
            places.computeIfAbsent(part.path("name").asString(), _ -> new TreeSet<>()).add(place);
        }
    }

    private void addInner(JsonNode part) throws IOException {
        String name = part.path("name").asString();
        if (!places.containsKey(name)) return;
        ObjectNode component =
                Part.component(name, part.path("version").asString(), part.path("license").asString());
        component.put("purl", part.path("purl").asString());
        for (String place : places.get(name)) Part.addPlace(component, place);
        parts.add(licenses.withText(new Part(component, List.of())));
    }

    private void addRuntime() throws IOException {
        Properties release = properties(Files.readString(folder.resolve("runtime/release")).replace("\"", ""));
        if (!Files.isDirectory(folder.resolve("runtime/legal"))) throw new IOException("runtime/legal is missing");
        String version = release.getProperty("JAVA_RUNTIME_VERSION", release.getProperty("JAVA_VERSION"));
        ObjectNode component = Part.component("openjdk", version, JDK_LICENSE);
        component.put("publisher", release.getProperty("IMPLEMENTOR", "OpenJDK"));
        component.put("purl", "pkg:generic/openjdk@" + URLEncoder.encode(version, StandardCharsets.UTF_8));
        Part.addPlace(component, "runtime");
        parts.add(new Part(component, List.of(new Part.Text("../runtime/legal", ""))));
    }

    /// Adds the Debian packages of a system, which describes each in a file of `var/lib/dpkg/status.d`.
    private void addSystem(Path system) throws IOException {
        for (Path file : files(system.resolve("var/lib/dpkg/status.d"))) {
            Properties fields = properties(Files.readString(file).replaceAll("(?m)^ .*\n", ""));
            String name = fields.getProperty("Package");
            String version = fields.getProperty("Version");
            Path text = system.resolve("usr/share/doc/" + name + "/copyright");
            if (!Files.exists(text)) throw new IOException("the system has no " + text);
            ObjectNode component = Part.component(name, version, debianLicense(name));
            component.put("purl", debianUrl(name, version, fields.getProperty("Architecture")));
            Part.addPlace(component, "/" + system.relativize(file));
            parts.add(new Part(component, List.of(new Part.Text("/" + system.relativize(text), ""))));
        }
    }

    private String debianLicense(String name) throws IOException {
        for (Map.Entry<String, JsonNode> each : known.path("debian").properties()) {
            if (name.matches(each.getKey())) return each.getValue().asString();
        }
        throw new IOException("parts.json has no licence of Debian's " + name);
    }

    private static String debianUrl(String name, String version, String architecture) {
        String encoded = URLEncoder.encode(version, StandardCharsets.UTF_8).replace("%7E", "~");
        return "pkg:deb/debian/" + name.replace("+", "%2B") + "@" + encoded + "?arch=" + architecture;
    }

    private static Properties properties(String text) throws IOException {
        var properties = new Properties();
        properties.load(new StringReader(text));
        return properties;
    }

    /// Adds the place and the hash of a file to its component.
    private static ObjectNode file(ObjectNode component, String place, byte[] content) {
        component.remove("hashes");
        component.putArray("hashes").addObject().put("alg", "SHA-256").put("content", sha256(content));
        Part.addPlace(component, place);
        return component;
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // Every Java has it.
        }
    }
}
