package dev.sluice.app.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import dev.sluice.app.Checkout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Javadoc refuses comments with errors, so a build of the jars fails. It takes long: here the compiler, which has the
/// same checks, looks for them.
final class JavadocTest {
    private static final List<String> MODULES = List.of(
            "core", "storage", "server", "library", "client-java", "wire", "load", "demos", "sense", "lab", "app");

    /// Ends the compiler after its first class: the comments of all files were looked at before. The code of the others
    /// takes five times as long.
    private static final class CommentsChecked extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @TempDir
    private Path folder;

    @Test
    void hasNoReferencesThatDoNotExist() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(Checkout.module(module).resolve("src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java") && !file.endsWith("module-info.java"))
                        .forEach(sources::add);
            }
        }
        assertThat(errors(sources)).isEmpty();
    }

    @Test
    void findsAReferenceThatDoesNotExistInTheLastOfSomeFiles() throws IOException {
        Path first = Files.writeString(folder.resolve("First.java"), "/// See [Last].\npublic class First {}");
        Path last = Files.writeString(folder.resolve("Last.java"), "/// See [First#none].\npublic class Last {}");
        assertThat(errors(List.of(first, last))).singleElement().asString().contains("reference not found");
    }

    private static List<String> errors(List<Path> sources) throws IOException {
        var found = new DiagnosticCollector<JavaFileObject>();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(found, Locale.ROOT, StandardCharsets.UTF_8)) {
            var options = List.of(
                    "-proc:none",
                    "-nowarn",
                    "-Xdoclint:all/protected,-missing",
                    "-cp",
                    System.getProperty("java.class.path"));
            var units = files.getJavaFileObjectsFromPaths(sources);
            var task = (JavacTask) compiler.getTask(null, files, found, options, null, units);
            task.addTaskListener(new TaskListener() {
                @Override
                public void finished(TaskEvent event) {
                    if (event.getKind() == TaskEvent.Kind.ANALYZE) throw new CommentsChecked();
                }
            });
            assertThatThrownBy(task::call).hasCauseInstanceOf(CommentsChecked.class);
        }
        return found.getDiagnostics().stream()
                .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                .map(Object::toString)
                .toList();
    }
}
