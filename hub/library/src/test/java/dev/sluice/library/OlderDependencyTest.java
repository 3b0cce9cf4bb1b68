package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sluice.CannotStartException;
import dev.sluice.Sluice;
import io.netty.util.Version;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A hub in a program whose build has replaced a library by an older one, which lacks a class.
final class OlderDependencyTest {
    /// Loads all of the class path again, without a class.
    private static final class Without extends URLClassLoader {
        private final String missing;

        Without(String missing) {
            super(classPath(), ClassLoader.getPlatformClassLoader());
            this.missing = missing;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.equals(missing)) throw new ClassNotFoundException(name);
            return super.findClass(name);
        }

        private static URL[] classPath() {
            String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
            return Arrays.stream(path.split(File.pathSeparator))
                    .map(Without::url)
                    .toArray(URL[]::new);
        }

        private static URL url(String entry) {
            try {
                return Path.of(entry).toUri().toURL();
            } catch (MalformedURLException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    /// Starts a hub, and returns why it does not start.
    public static final class Start implements Supplier<String> {
        @Override
        public String get() {
            try (var app = Sluice.inMemory().port(0).start()) {
                return "started at " + app.uri();
            } catch (CannotStartException refused) {
                return String.valueOf(refused.getMessage());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "io.netty.channel.IoHandlerFactory, io.netty:netty-transport, 4.2.18.Final",
        "com.fasterxml.jackson.annotation.JsonApplyView, com.fasterxml.jackson.core:jackson-annotations, 2.22"
    })
    void isNamedWhenTheHubStartsWithTheVersionThatIsNeeded(String missing, String artifact, String version)
            throws IOException, ReflectiveOperationException {
        try (var program = new Without(missing)) {
            var start = (Supplier<?>) program.loadClass(Start.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            // Here it is the needed version that lacks the class.
            assertThat(String.valueOf(start.get()))
                    .startsWith("The program has " + artifact + " " + version + ", and Sluice needs " + version
                            + " or later: ")
                    .contains(missing.replace('.', '/'));
        }
    }

    @Test
    void knowsTheVersionsOfThisBuild() {
        assertThat(Version.identify().get("netty-transport").artifactVersion()).isEqualTo("4.2.18.Final");
        assertThat(JsonProperty.class.getPackage().getImplementationVersion()).isEqualTo("2.22");
    }
}
