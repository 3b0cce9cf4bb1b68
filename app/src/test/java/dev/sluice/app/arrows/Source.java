package dev.sluice.app.arrows;

import dev.sluice.app.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The dependencies of a source file: the classes of other packages that it names.
///
/// @param module      the module's folder, such as `core`
/// @param path        for messages
/// @param packageName its own package
/// @param names       the classes that it imports or names in full, outside comments
record Source(String module, String path, String packageName, List<String> names) {
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|(?<!:)//[^\\n]*", Pattern.DOTALL);
    private static final Pattern PACKAGE = Pattern.compile("^\\s*package\\s+([\\w.]+)\\s*;", Pattern.MULTILINE);
    private static final Pattern IMPORT =
            Pattern.compile("^\\s*import\\s+(?:static\\s+)?(module\\s+)?([\\w.*]+)\\s*;", Pattern.MULTILINE);
    /// A fully qualified name. The roots are listed, because `request.limits.MAX` is not a class.
    private static final Pattern IN_FULL = Pattern.compile(
            "(?<![\\w.])(?:java|javax|jdk|sun|com|org|net|io|dev|tools|ch|picocli|jakarta)(?:\\.[a-z]\\w*)*\\.[A-Z]\\w*");

    static Source parse(String module, String path, String text) {
        var code = COMMENT.matcher(text).replaceAll(" ");
        var declaration = PACKAGE.matcher(code);
        var names = new ArrayList<String>();
        var imports = IMPORT.matcher(code);
        while (imports.find()) {
            names.add(imports.group(1) == null ? imports.group(2) : "module " + imports.group(2));
        }
        IN_FULL.matcher(imports.replaceAll("")).results().forEach(match -> names.add(match.group()));
        return new Source(module, path, declaration.find() ? declaration.group(1) : "", List.copyOf(names));
    }

    /// All main sources of all modules.
    static List<Source> all() throws IOException {
        var sources = new ArrayList<Source>();
        for (var folder : Checkout.modules()) {
            if (!Files.isDirectory(main(folder))) continue;
            try (var files = Files.walk(main(folder))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .filter(file -> !file.endsWith("module-info.java"))
                        .map(file -> read(folder, file))
                        .forEach(sources::add);
            }
        }
        return sources;
    }

    private static Path main(Path folder) {
        return folder.resolve("src/main/java");
    }

    private static Source read(Path folder, Path file) {
        try {
            return parse(folder.getFileName().toString(), file.normalize().toString(), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The package of a fully qualified class: everything before the first capital.
    static String packageOf(String name) {
        var packageName = new StringBuilder();
        for (var segment : name.split("\\.", -1)) {
            if (segment.isEmpty() || !Character.isLowerCase(segment.charAt(0))) break;
            if (!packageName.isEmpty()) packageName.append('.');
            packageName.append(segment);
        }
        return packageName.toString();
    }
}
