package dev.sluice.server;

import java.io.File;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.ScriptTimeoutException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/// Chromium, as a reader of the pages uses it. Waits for what a page shows, never for time to pass.
public final class Browser implements AutoCloseable {
    private final ReentrantLock turns = new ReentrantLock(true);
    private final ChromeDriver driver;

    private Browser(String language) {
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(program("chromedriver"))
                .usingAnyFreePort()
                .build();
        driver = new ChromeDriver(service, options(language));
        driver.manage().timeouts().scriptTimeout(TestServer.PATIENCE);
    }

    /// For threads that share it, in the order of their coming.
    public ReentrantLock turns() {
        return turns;
    }

    public static Browser english() {
        return new Browser("en-US");
    }

    public static Browser chinese() {
        return new Browser("zh-CN");
    }

    private static ChromeOptions options(String language) {
        var logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        var options = new ChromeOptions();
        options.setBinary(program("chromium"));
        options.setCapability("goog:loggingPrefs", logs);
        // It has nobody to call: all but the hub would only be noise, or a wait for a network that is not there.
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--accept-lang=" + language);
        return options;
    }

    private static File program(String name) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> new File(folder, name))
                .filter(File::canExecute)
                .findFirst()
                .orElseThrow(() -> new AssertionError("'" + name + "' is not on the PATH: install it"));
    }

    public Browser open(Object uri) {
        driver.get(uri.toString());
        return this;
    }

    /// A screen of this size, whose user likes light or dark.
    public Browser on(int width, int height, String scheme) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        return this;
    }

    public Browser withoutScripts() {
        driver.executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", true));
        return this;
    }

    /// The element, once it is there: a browser may be asked for it before it has gone to the new page.
    public WebElement find(String selector) {
        var timeouts = driver.manage().timeouts();
        timeouts.implicitlyWait(TestServer.PATIENCE);
        try {
            return driver.findElement(By.cssSelector(selector));
        } finally {
            timeouts.implicitlyWait(Duration.ZERO); // Else a list that is to be empty would be waited for too.
        }
    }

    /// What is to be read of each of these; nothing of what is not shown. One question for all of them: each one to a
    /// browser costs more than its answer.
    @SuppressWarnings("unchecked") // An array of strings in JavaScript.
    public List<String> texts(String selector) {
        return (List<String>) driver.executeScript("""
                return [...document.querySelectorAll(arguments[0])]
                    .map(each => each.checkVisibility() ? each.innerText.trim() : '')""", selector);
    }

    /// The ids of the events in the list, in its order.
    @SuppressWarnings("unchecked") // An array of strings in JavaScript.
    public List<String> ids() {
        return (List<String>) driver.executeScript("return " + IDS);
    }

    private static final String IDS =
            "[...document.querySelectorAll('#events > [data-id]')].map(row => row.dataset.id)";

    public Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /// Runs a line that calls its last argument with what is to be returned.
    public Object runAsync(String script, Object... arguments) {
        return driver.executeAsyncScript(script, arguments);
    }

    /// Waits until the page is such that this JavaScript is true; looks whenever anything in it changes.
    public Browser await(String condition, Object... arguments) {
        driver.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                const holds = (...arguments) => (%s);
                const look = () => {
                    try {
                        if (!holds(...arguments)) return;
                    } catch (missing) { // An element that is not there yet: its coming is a change.
                        return;
                    }
                    changes.disconnect();
                    done(null);
                };
                const changes = new MutationObserver(look);
                const all = { subtree: true, childList: true, attributes: true, characterData: true };
                changes.observe(document, all);
                look();
                """.formatted(condition), arguments);
        return this;
    }

    public Browser awaitIds(List<String> ids) {
        try {
            return await("JSON.stringify(" + IDS + ") === arguments[0]", json(ids));
        } catch (ScriptTimeoutException late) {
            throw new AssertionError("the list has " + ids() + " and never had " + ids, late);
        }
    }

    private static String json(List<String> ids) {
        return ids.isEmpty() ? "[]" : "[\"" + String.join("\",\"", ids) + "\"]";
    }

    public Browser awaitState(String state) {
        return await("document.getElementById('state').dataset.state === arguments[0]", state);
    }

    /// Chooses from a list as a reader does.
    public Browser choose(String id, String value) {
        run(
                "const list = document.getElementById(arguments[0]);"
                        + "list.value = arguments[1];"
                        + "list.dispatchEvent(new Event('change'));",
                id,
                value);
        return this;
    }

    /// What the console complains of, but for answers that are no success: those the page speaks of itself.
    public List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(entry -> entry.getMessage())
                .filter(message -> !message.contains("Failed to load resource"))
                .toList();
    }

    public byte[] picture() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    @Override
    public void close() {
        try {
            driver.quit();
        } catch (WebDriverException failed) {
            // The browser is closed; its driver is merely slow to end itself where many tests share a processor.
            String message = String.valueOf(failed.getMessage());
            if (!message.contains("Timed out waiting for driver server to shutdown")) throw failed;
        }
    }
}
