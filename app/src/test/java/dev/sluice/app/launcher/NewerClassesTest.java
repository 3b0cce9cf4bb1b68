package dev.sluice.app.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.ClassFile;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The launcher's changes to picocli's jar.
class NewerClassesTest {
    @TempDir
    Path folder;

    private static List<Integer> versions(Path jar) throws Exception {
        try (var content = FileSystems.newFileSystem(jar);
                var files = Files.walk(content.getPath("/"))) {
            var versions = new java.util.ArrayList<Integer>();
            for (var file : files.filter(each -> each.toString().endsWith(".class") && !each.startsWith("/META-INF"))
                    .toList()) {
                versions.add(ClassFile.of().parse(Files.readAllBytes(file)).majorVersion());
            }
            return versions;
        }
    }

    @Test
    void addsStackMapsThatTheJvmVerifies() throws Exception {
        var published = Path.of(CommandLine.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        var jar = Files.copy(published, folder.resolve("picocli.jar"));
        assertThat(versions(jar)).as("the reason for all this").contains(ClassFile.JAVA_5_VERSION);
        int count = versions(jar).size();

        NewerClasses.upgrade(jar);

        assertThat(versions(jar)).hasSize(count).containsOnly(ClassFile.JAVA_8_VERSION);
        // A class loader with only the jar: linking a class verifies it.
        try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
                var content = FileSystems.newFileSystem(jar);
                var files = Files.walk(content.getPath("/picocli"))) {
            for (var file :
                    files.filter(each -> each.toString().endsWith(".class")).toList()) {
                var name = file.toString().substring(1).replace('/', '.').replaceFirst("\\.class$", "");
                assertThat(Class.forName(name, true, loader).getName()).isEqualTo(name);
            }
        }
    }
}
