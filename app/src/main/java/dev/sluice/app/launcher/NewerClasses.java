package dev.sluice.app.launcher;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/// Converts the classes of a jar compiled for Java 5 to the format of Java 8, and changes nothing else. An AOT cache
/// accepts no classes without stack maps (JVMS §4.10.1), and picocli's, all of that age, took a sixth of the start.
/// The launcher applies this to its own copy of the jar.
final class NewerClasses {
    private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;
    private static final int NEWER = ClassFile.JAVA_8_VERSION;

    private NewerClasses() {}

    static void main(String[] args) throws IOException {
        for (var jar : args) upgrade(Path.of(jar));
    }

    static void upgrade(Path jar) throws IOException {
        try (var loader = new URLClassLoader(new java.net.URL[] {jar.toUri().toURL()});
                FileSystem content = FileSystems.newFileSystem(jar);
                var files = Files.walk(content.getPath("/"))) {
            var format = ClassFile.of(
                    StackMapsOption.GENERATE_STACK_MAPS,
                    ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(loader)));
            for (var file :
                    files.filter(each -> each.toString().endsWith(".class")).toList()) {
                var old = format.parse(Files.readAllBytes(file));
                if (old.majorVersion() < FIRST_WITH_STACK_MAPS) {
                    Files.write(file, format.transformClass(old, upgrade()));
                }
            }
        }
    }

    /// Rewriting the code generates its stack maps.
    private static ClassTransform upgrade() {
        return ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
                .andThen(ClassTransform.endHandler(builder -> builder.withVersion(NEWER, 0)));
    }
}
