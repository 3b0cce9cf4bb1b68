package dev.sluice.server.page;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The shell around every page: navigation, the bar with the live state, palette and shortcuts. The page `name`
/// consists of `name/name.html`, with its additions to the bar and its main part, `name/name.js` and
/// `name/name.css`.
///
/// All servers of a process share it. The shell is read, and each page assembled, on the first request: most
/// starts of a hub serve no page, and the others must not wait for all pages.
final class Shell {
    /// The layers of the style that all pages share. `docs/decisions/0030-how-the-pages-are-made.md`.
    private static final List<String> STYLES = List.of("tokens", "base", "components", "shell");

    private static final String MAIN = "<!-- main -->\n";
    private static final String TOP = "<!-- top -->\n";
    /// The beginning of a line that only a node of a cluster shows.
    private static final String OF_NODES = "<!-- nodes -->";

    private static final Pattern LINE_OF_NODES = Pattern.compile("(?m)^.*" + OF_NODES + ".*\n");
    private static final String STYLE_SHEETS = "<!-- styles -->";
    private static final String SCRIPTS = "<!-- scripts -->";

    /// Where a program's page shows the state of its connection: hidden until its script has one.
    private static final String LIVE = """
            <p class="pill live" id="state" data-state="none"><span class="mark" aria-hidden="true"></span>\
            <span id="state-word" data-t="state.connecting"></span><span id="figure-transport" class="wide"></span></p>
            """;
    /// The values that every page gets.
    private static final Set<String> PLACEHOLDERS = Set.of("language", "root", "title", "crumbs", "links");

    private static final Pattern IMPORT = Pattern.compile("(?m)^(?:import|export) (?:.* from )?'(\\.[^']+)';$");

    private final Messages messages;
    private final String frame = Assets.text("shell.html");
    private final Map<String, Templates> templates = new ConcurrentHashMap<>();

    private Shell(Messages messages) {
        this.messages = messages;
    }

    /// Holds the shared shell, which is read when it is first used.
    private static final class Shared {
        static final Shell SHELL = new Shell(Messages.parse(Assets.text("messages.js"))
                .and(Messages.parse(Assets.text("channel-messages.js")))
                .and(Messages.parse(Assets.text("doctor/doctor-messages.js")))
                .and(Messages.parse(Assets.text("later-messages.js")))
                .and(Messages.parse(Assets.text("operator-messages.js")))
                .and(Messages.parse(Assets.text("overview-messages.js")))
                .and(Messages.parse(Assets.text("stats-messages.js"))));
    }

    static Shell shared() {
        return Shared.SHELL;
    }

    Messages messages() {
        return messages;
    }

    /// @param view     the page's entry in the navigation
    /// @param hasNodes whether the server is a node of a cluster
    Templates template(String name, String view, boolean hasNodes) {
        return templates.computeIfAbsent(name + " " + view + " " + hasNodes, _ -> read(name, view, hasNodes));
    }

    private Templates read(String name, String view, boolean hasNodes) {
        String page = Assets.text(name + "/" + name + ".html");
        int main = page.indexOf(MAIN);
        if (!page.startsWith(TOP) || main < 0) throw new IllegalStateException(name + ".html lacks a part");
        return templates(
                frame.replace(STYLE_SHEETS, styles(Stream.of("{{root}}page/" + name + "/" + name + ".css")))
                        .replace(SCRIPTS, scripts(name + "/" + name + ".js"))
                        .replace(TOP, page.substring(TOP.length(), main))
                        .replace(MAIN, page.substring(main + MAIN.length()))
                        .replace("data-page=\"" + view + "\"", "data-page=\"" + view + "\" aria-current=\"page\""),
                messages,
                hasNodes);
    }

    /// @throws IllegalArgumentException if it names an unknown message or placeholder
    void check(ProgramPage page) {
        Template.check(page.markup(), messages.and(Messages.of(page.words())), PLACEHOLDERS);
    }

    Templates template(ProgramPage page, boolean hasNodes) {
        Messages own = Messages.of(page.words());
        String scripts = scripts("program.js")
                + page.scripts().stream()
                        .map(each -> "\n    <script type=\"module\" src=\"" + Html.escape(each) + "\"></script>")
                        .collect(Collectors.joining());
        String markup = page.words().isEmpty()
                ? page.markup()
                : page.markup() + "<script type=\"application/json\" id=\"words\">" + own.json() + "</script>\n";
        return templates(
                frame.replace(STYLE_SHEETS, styles(page.styles().stream().map(Html::escape)))
                        .replace(SCRIPTS, scripts)
                        .replace(TOP, LIVE)
                        .replace(MAIN, markup),
                messages.and(own),
                hasNodes);
    }

    private static Templates templates(String page, Messages messages, boolean hasNodes) {
        String here = hasNodes
                ? page.replace(OF_NODES, "")
                : LINE_OF_NODES.matcher(page).replaceAll("");
        return Templates.of(here, messages);
    }

    private static String styles(Stream<String> own) {
        return Stream.concat(STYLES.stream().map(each -> "{{root}}page/design/" + each + ".css"), own)
                .map(each -> "<link rel=\"stylesheet\" href=\"" + each + "\">")
                .collect(Collectors.joining("\n    "));
    }

    /// The page's module, and preloads of all modules that it imports: each level of imports would otherwise
    /// cost a round trip.
    private static String scripts(String entry) {
        Set<String> modules = new LinkedHashSet<>();
        collect(entry, modules);
        Assets.loadAhead(Stream.concat(STYLES.stream().map(each -> "design/" + each + ".css"), modules.stream())
                .toList());
        modules.remove(entry);
        return "<script type=\"module\" src=\"{{root}}page/" + entry + "\"></script>\n    "
                + modules.stream()
                        .map(each -> "<link rel=\"modulepreload\" href=\"" + address(each) + "\">")
                        .collect(Collectors.joining("\n    "));
    }

    private static String address(String file) {
        return file.startsWith("../") ? "{{root}}" + file.substring(3) : "{{root}}page/" + file;
    }

    private static void collect(String file, Set<String> modules) {
        if (!modules.add(file) || file.startsWith("../")) return; // A module outside the pages is one file.
        int slash = file.lastIndexOf('/');
        String folder = file.substring(0, slash + 1);
        IMPORT.matcher(Assets.text(file)).results().forEach(found -> collect(resolve(folder, found.group(1)), modules));
    }

    private static String resolve(String folder, String relative) {
        return Path.of(folder, relative).normalize().toString().replace('\\', '/');
    }
}
