package dev.sluice.server.clients;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/// Chromium, driven as a person would, without a screen. One page at a time; may be used from any thread.
final class Browser implements AutoCloseable {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    private final ChromeDriver driver;

    Browser() {
        for (Path program : List.of(CHROMIUM, DRIVER)) {
            if (!Files.isExecutable(program)) {
                throw new AssertionError(program + " is missing: ./check installs what tests need "
                        + "(Debian's packages chromium and chromium-driver)");
            }
        }
        var options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox", // Containers have no user namespaces for it; only our own pages are shown.
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync");
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .usingAnyFreePort()
                .build();
        driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(30));
    }

    /// Shows a page, and gives it the ways to follow of `src/test/js/page.js`.
    synchronized void open(URI page) {
        driver.get(page.toString());
        try {
            driver.executeScript(Files.readString(Path.of("src/test/js/page.js")));
        } catch (IOException missing) {
            throw new AssertionError(missing);
        }
    }

    /// Runs a line in the page.
    synchronized Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /// What the page has told since it was asked last; waits a moment for it.
    @SuppressWarnings("unchecked")
    synchronized List<Map<String, String>> take() {
        return (List<Map<String, String>>)
                driver.executeAsyncScript("const [done] = arguments; window.take().then(done);");
    }

    @Override
    public synchronized void close() {
        driver.quit();
    }
}
