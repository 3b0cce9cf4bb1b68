package dev.sluice.server;

import java.io.File;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.ScriptTimeoutException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/// Chromium, used like a visitor of the pages. Waits for contents of a page, never for time to pass. A closed browser
/// is emptied and used again, because a start takes more than a second of processor time.
public final class Browser implements AutoCloseable {
    /// Browsers that nobody uses, by language. They end with the JVM.
    private static final Map<String, Queue<ChromeDriver>> IDLE = new ConcurrentHashMap<>();

    /// Chromium without the parts of a window, which takes half of the processor time. Debian's command for it is a
    /// shell script that waits for this program: whoever ends the script leaves the program behind.
    private static final File HEADLESS_SHELL = new File("/usr/lib/chromium/chromium-headless-shell");

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> IDLE.values().forEach(drivers -> drivers.forEach(Browser::quit)), "end browsers"));
    }

    private final ReentrantLock turns = new ReentrantLock(true);
    private final Set<String> origins = new HashSet<>();
    private final String language;
    private final ChromeDriver driver;

    private Browser(String language) {
        this.language = language;
        ChromeDriver idle = idle(language).poll();
        driver = idle != null ? idle : start(language);
    }

    private static Queue<ChromeDriver> idle(String language) {
        return IDLE.computeIfAbsent(language, _ -> new ConcurrentLinkedQueue<>());
    }

    private static ChromeDriver start(String language) {
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(program("chromedriver"))
                .usingAnyFreePort()
                .build();
        var driver = new ChromeDriver(service, options(language));
        // A page does more than one answer's work between two of its states, beside other browsers.
        driver.manage().timeouts().scriptTimeout(TestServer.PATIENCE.multipliedBy(2));
        return driver;
    }

    /// Held by the thread that uses the browser; fair.
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
        options.setBinary(HEADLESS_SHELL.canExecute() ? HEADLESS_SHELL : program("chromium"));
        options.setAcceptInsecureCerts(true); // Those that tests make.
        options.setCapability("goog:loggingPrefs", logs);
        // No connections on suspicion: tests count those that are used.
        options.setExperimentalOption("prefs", Map.of("net.network_prediction_options", 2));
        // Without background requests to other hosts, which only add noise and time-outs without a network.
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
                "--disable-extensions",
                "--disable-default-apps",
                "--disable-component-extensions-with-background-pages",
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
        URI address = URI.create(uri.toString());
        if (address.getAuthority() != null) origins.add(address.getScheme() + "://" + address.getAuthority());
        driver.get(address.toString());
        return this;
    }

    /// A screen of this size, with a preference for light or dark.
    public Browser on(int width, int height, String scheme) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        return this;
    }

    /// A window of this size. Chromium reports a change that only a part of the page beyond the window shows as painted
    /// together with a later one: tests that measure the time to a paint need a window as large as their screen.
    public Browser inWindow(int width, int height) {
        driver.manage().window().setSize(new Dimension(width, height));
        return this;
    }

    /// Sends a command of the DevTools protocol to the open page.
    public Map<String, Object> command(String method, Map<String, Object> parameters) {
        return driver.executeCdpCommand(method, parameters);
    }

    /// Waits for the element, because the browser may not have loaded the new page yet.
    public WebElement find(String selector) {
        // One call instead of three, because each call to the browser is slow.
        Object there = driver.executeScript("return document.querySelector(arguments[0])", selector);
        return there instanceof WebElement element ? element : awaited(selector);
    }

    private WebElement awaited(String selector) {
        var timeouts = driver.manage().timeouts();
        timeouts.implicitlyWait(TestServer.PATIENCE);
        try {
            return driver.findElement(By.cssSelector(selector));
        } finally {
            timeouts.implicitlyWait(Duration.ZERO); // Else an expected empty list would be waited for, too.
        }
    }

    /// The visible text of these elements. Uses one call for all of them, because each call to the browser is slow.
    @SuppressWarnings("unchecked") // An array of strings in JavaScript.
    public List<String> texts(String selector) {
        return (List<String>) driver.executeScript("""
                return [...document.querySelectorAll(arguments[0])]
                    .map(each => each.checkVisibility() ? each.innerText.trim() : '')""", selector);
    }

    /// The ids of the events in the list, in its order, also of those whose rows are out of sight.
    @SuppressWarnings("unchecked") // An array of strings in JavaScript.
    public List<String> ids() {
        return (List<String>) driver.executeScript("return " + IDS);
    }

    private static final String IDS = "(document.getElementById('events')?.ids?.() ?? [])";

    public Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /// Runs asynchronous JavaScript, which passes its result to its last argument.
    public Object runAsync(String script, Object... arguments) {
        return driver.executeAsyncScript(script, arguments);
    }

    /// Waits until this JavaScript is true; evaluates it after each change of the page.
    public Browser await(String condition, Object... arguments) {
        driver.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                const holds = (...arguments) => (%s);
                const look = () => {
                    try {
                        if (!holds(...arguments)) return;
                    } catch (missing) { // An element is missing; its insertion will be a change.
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

    public Browser awaitText(String selector, String text) {
        try {
            return await("document.querySelector(arguments[0]).textContent === arguments[1]", selector, text);
        } catch (ScriptTimeoutException late) {
            throw new AssertionError(selector + " has " + texts(selector) + " and not '" + text + "'", late);
        }
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

    /// Chooses an option of a list.
    public Browser choose(String id, String value) {
        run(
                "const list = document.getElementById(arguments[0]);"
                        + "list.value = arguments[1];"
                        + "list.dispatchEvent(new Event('change'));",
                id,
                value);
        return this;
    }

    /// Errors on the console, except failed requests, which the page reports itself.
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
            empty();
        } catch (WebDriverException broken) {
            quit(driver);
            return;
        }
        idle(language).add(driver);
    }

    /// Moves to a new tab, and deletes what the pages of the old ones stored. A tab's session storage, emulated screen
    /// and listeners end with it.
    private void empty() {
        Set<String> old = driver.getWindowHandles();
        String fresh = driver.switchTo().newWindow(WindowType.TAB).getWindowHandle();
        for (String tab : old) {
            driver.switchTo().window(tab).close();
        }
        driver.switchTo().window(fresh);
        for (String origin : origins) {
            driver.executeCdpCommand("Storage.clearDataForOrigin", Map.of("origin", origin, "storageTypes", "all"));
        }
        driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
        driver.executeCdpCommand("Network.clearBrowserCache", Map.of());
        driver.manage().logs().get(LogType.BROWSER);
    }

    private static void quit(ChromeDriver driver) {
        try {
            driver.quit();
        } catch (WebDriverException failed) {
            // The browser is closed; only its driver is slow to end where many tests share a processor.
            String message = String.valueOf(failed.getMessage());
            if (!message.contains("Timed out waiting for driver server to shutdown")) throw failed;
        }
    }
}
