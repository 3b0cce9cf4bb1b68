package dev.sluice.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// All pages of the project, in every folder: their links, and what their titles promise.
final class MarkdownTest {
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final Set<String> OTHERS = Set.of("node_modules", "target", ".git");
    private static final Pattern CODE = Pattern.compile("(?ms)^ *```.*?^ *```|`[^`\n]*`");
    private static final Pattern LINK = Pattern.compile("]\\((?!\\w+:)([^)#\\s]*)(?:#([^)\\s]+))?\\)");
    private static final Pattern TYPE = Pattern.compile("`(?:\\w+\\.)?([A-Z]\\w+)`");
    private static final Pattern TITLE = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern ANCHOR = Pattern.compile("<a (?:id|name)=\"([^\"]+)\"");
    private static final Pattern TIME = Pattern.compile("\\b(second|minute)s?\\b|秒|分钟");

    /// Pages to look things up in; all others below `docs` are guides, which people read from the beginning to the end.
    private static final Pattern REFERENCE = Pattern.compile(
            "docs/(protocol|answers|configuration|cli|metrics|glossary|compatibility|ARCHITECTURE|security|(benchmarks|decisions|evidence)/.*)\\.md");

    private static final int WORDS_OF_GUIDES_MAX = 40_000;

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        Files.walkFileTree(PROJECT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return OTHERS.contains(String.valueOf(folder.getFileName()))
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".md")) pages.add(file);
                return FileVisitResult.CONTINUE;
            }
        });
        return pages;
    }

    @Test
    void linksLeadToExistingFilesAndTitles() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path page : pages()) dead.addAll(deadLinks(page, Files.readString(page)));
        assertThat(dead).isEmpty();
    }

    @Test
    void theTypesOfTheJourneysExist() throws IOException {
        Set<String> types = new HashSet<>();
        try (Stream<Path> files = Files.walk(PROJECT.resolve("hub"))) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .forEach(name -> types.add(name.substring(0, name.length() - ".java".length())));
        }
        List<String> named = Files.readString(PROJECT.resolve("docs/ARCHITECTURE.md"))
                .lines()
                .dropWhile(line -> !line.startsWith("## The journey of a publish"))
                .takeWhile(line -> !line.startsWith("## What always holds"))
                .filter(line -> line.startsWith("| `"))
                .flatMap(line -> TYPE.matcher(line).results().map(each -> each.group(1)))
                .toList();
        assertThat(named).hasSizeGreaterThan(50).isSubsetOf(types);
    }

    @Test
    void detectsDeadLinks() throws IOException {
        Path page = PROJECT.resolve("docs/none.md");
        String text =
                "[a](../README.md#limits-today) [b](../README.md#none) [c](none.java) `[d](e)` [f](https://g.example)";
        assertThat(deadLinks(page, text)).containsExactly("docs/none.md: ../README.md#none", "docs/none.md: none.java");
    }

    private static List<String> deadLinks(Path page, String text) throws IOException {
        List<String> dead = new ArrayList<>();
        var links = LINK.matcher(CODE.matcher(text).replaceAll(""));
        while (links.find()) {
            Path target = links.group(1).isEmpty() ? page : page.resolveSibling(links.group(1));
            String title = links.group(2);
            boolean isThere = Files.exists(target)
                    && (title == null
                            || !target.toString().endsWith(".md")
                            || titles(target).contains(title));
            if (!isThere) {
                String link = links.group(1) + (title == null ? "" : "#" + title);
                dead.add(PROJECT.relativize(page) + ": " + link);
            }
        }
        return dead;
    }

    /// The names of a page's titles in links, as GitHub makes them.
    private static Set<String> titles(Path page) throws IOException {
        String text = Files.readString(page);
        Set<String> names = new HashSet<>();
        ANCHOR.matcher(text).results().forEach(match -> names.add(match.group(1)));
        titles(text)
                .map(title ->
                        title.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1").strip().toLowerCase(Locale.ROOT))
                .map(title -> title.replaceAll("[^\\p{L}\\p{N}\\s_-]", "").replaceAll("\\s", "-"))
                .forEach(title -> {
                    String name = title;
                    for (int i = 1; !names.add(name); i++) name = title + "-" + i;
                });
        return names;
    }

    private static Stream<String> titles(String text) {
        String prose = Pattern.compile("(?ms)^ *```.*?^ *```").matcher(text).replaceAll("");
        return TITLE.matcher(prose).results().map(match -> match.group(1));
    }

    @Test
    void keepsTheGuidesShort() throws IOException {
        int words = 0;
        for (Path page : pages()) {
            String name = PROJECT.relativize(page).toString();
            if (!name.startsWith("docs/") || name.endsWith(".zh-CN.md")) continue;
            if (REFERENCE.matcher(name).matches()) continue;
            words += Files.readString(page).strip().split("\\s+").length;
        }
        assertThat(words).isBetween(WORDS_OF_GUIDES_MAX / 4, WORDS_OF_GUIDES_MAX);
    }

    /// The guides' first commands run on unknown machines and networks.
    @Test
    void titlesOfGuidesPromiseNoTime() throws IOException {
        List<String> promises = new ArrayList<>();
        for (Path page : pages()) {
            String name = PROJECT.relativize(page).toString();
            if (name.matches("docs/(benchmarks|decisions|evidence)/.*")) continue; // Not guides.
            titles(Files.readString(page))
                    .filter(title -> TIME.matcher(title).find())
                    .forEach(title -> promises.add(name + ": " + title));
        }
        assertThat(promises).isEmpty();
    }
}
