package dev.sluice.sense.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A connection to a SQLite database that runs one transaction at a time. A committed transaction survives a
/// kill of the process and a loss of power. Blocks on the disk; safe for use by many threads.
public final class Database implements AutoCloseable {
    private final Connection connection;
    private final ReentrantLock lock = new ReentrantLock();

    /// Statements are compiled once, because there are few, and their texts are constants.
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    private final @Nullable CommitMark mark; // Null for a database in memory.
    private long committed;
    private boolean isChanged; // Within the current transaction.
    private volatile String problem = "";

    private Database(Connection connection, @Nullable CommitMark mark, long committed) {
        this.connection = connection;
        this.mark = mark;
        this.committed = committed;
    }

    /// Opens the database in a file, or creates it. Only its owner may read the file, because it contains
    /// secrets.
    ///
    /// @throws CannotOpenDatabaseException if the database can't be opened, or is damaged
    public static Database open(Path file) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) Files.createDirectories(folder);
            if (!Files.exists(file)) create(file);
            // SQLite would take an empty file for a new database, and the loss of all checks would go
            // unnoticed.
            if (Files.size(file) == 0)
                throw new IOException("it is empty: restore it from a backup, or remove it to start with a new one");
            Connection connection = connection("jdbc:sqlite:" + file, CommitMark.read(file), file.toString());
            return new Database(connection, CommitMark.open(file), committed(connection));
        } catch (IOException | SQLException failed) {
            throw new CannotOpenDatabaseException(file.toString(), failed);
        }
    }

    private static long committed(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select number from commits")) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    private static void create(Path file) throws IOException {
        Path begun = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(begun);
        createPrivate(begun);
        try {
            connection("jdbc:sqlite:" + begun, 0, begun.toString()).close();
        } catch (SQLException failed) {
            throw new CannotOpenDatabaseException(begun.toString(), failed);
        }
        Files.deleteIfExists(CommitMark.of(file)); // The file of a database that was here before.
        Files.move(begun, file, StandardCopyOption.ATOMIC_MOVE); // After a kill, the database is complete or absent.
    }

    private static void createPrivate(Path file) throws IOException {
        boolean isPosix = Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix");
        if (isPosix)
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        else Files.createFile(file);
    }

    /// Copies a database, which another process may be using, to a file that does not exist.
    ///
    /// @throws CannotOpenDatabaseException if the database can't be read, or the copy can't be written
    public static void copy(Path from, Path to) {
        try {
            Files.createDirectories(to.toAbsolutePath().getParent());
            createPrivate(to);
            Files.deleteIfExists(CommitMark.of(to));
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + from);
                    var statement = connection.prepareStatement("vacuum into ?")) {
                statement.setString(1, to.toString());
                statement.execute();
            }
        } catch (IOException | SQLException failed) {
            throw new CannotOpenDatabaseException(from.toString(), failed);
        }
    }

    /// Opens a database that is lost when it is closed.
    public static Database inMemory() {
        return new Database(connection("jdbc:sqlite::memory:", 0, "memory"), null, 0);
    }

    private static Connection connection(String url, long committed, String name) {
        try {
            Connection connection = DriverManager.getConnection(url);
            try (var statement = connection.createStatement()) {
                statement.execute("pragma journal_mode = wal");
                statement.execute("pragma synchronous = full"); // A recorded alert must not be lost.
                statement.execute("pragma foreign_keys = on");
                statement.execute("pragma busy_timeout = 10000"); // A backup may lock it for a moment.
                Migrations.run(connection);
                Integrity.require(connection, committed);
            } catch (SQLException failed) {
                connection.close();
                throw failed;
            }
            return connection;
        } catch (SQLException failed) {
            throw new CannotOpenDatabaseException(name, failed);
        }
    }

    /// Work done with the database.
    @FunctionalInterface
    public interface Work<T> {
        T run(Database database) throws SQLException;
    }

    /// Runs work in one transaction, which is committed or rolled back as a whole. Work inside other work of
    /// the same thread joins its transaction.
    ///
    /// @throws DatabaseException if the database failed; the transaction was rolled back
    public <T> T transaction(Work<T> work) {
        lock.lock();
        try {
            if (lock.getHoldCount() > 1) return work.run(this);
            isChanged = false;
            execute("begin immediate");
            boolean isDone = false;
            try {
                T result = work.run(this);
                boolean isNext = isChanged && mark != null;
                if (isNext)
                    prepared("update commits set number = ?", committed + 1).executeUpdate();
                execute("commit");
                isDone = true;
                if (isChanged) problem = "";
                if (isNext) note();
                return result;
            } finally {
                if (!isDone) rollback();
            }
        } catch (SQLException failed) {
            throw failure(failed);
        } finally {
            lock.unlock();
        }
    }

    private void note() {
        committed++;
        if (mark != null) mark.write(committed);
    }

    private void rollback() {
        try {
            execute("rollback");
        } catch (SQLException ended) {
            return; // SQLite has already rolled back, as it does when the disk is full.
        }
    }

    private DatabaseException failure(SQLException failed) {
        problem = String.valueOf(failed.getMessage());
        // The driver closes a statement that failed, for example because the disk is full; it can't be used
        // again.
        statements.values().forEach(statement -> close(statement, failed));
        statements.clear();
        return new DatabaseException(failed);
    }

    private static void close(PreparedStatement statement, SQLException failed) {
        try {
            statement.close();
        } catch (SQLException also) {
            failed.addSuppressed(also);
        }
    }

    /// Returns why the last use of the database failed; empty if it succeeded, and something was stored since
    /// the last failure.
    public String problem() {
        return problem;
    }

    /// Returns true if the database can store something. Waits for the disk.
    public boolean isWritable() {
        try {
            return change("insert or replace into definition (kind, name, content) values ('probe', 'probe', '')") > 0;
        } catch (DatabaseException failing) {
            return false;
        }
    }

    /// Runs work in one transaction, as [#transaction(Work)] does.
    public void transaction(Runnable work) {
        transaction(_ -> {
            work.run();
            return true;
        });
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// Reads the columns of a row.
    @FunctionalInterface
    public interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /// Returns all rows of a query.
    public <T> List<T> list(String sql, Row<T> row, @Nullable Object... values) {
        lock.lock();
        try (var rows = prepared(sql, values).executeQuery()) {
            List<T> all = new ArrayList<>();
            while (rows.next()) all.add(row.read(rows));
            return all;
        } catch (SQLException failed) {
            throw failure(failed);
        } finally {
            lock.unlock();
        }
    }

    /// Returns the first row of a query.
    public <T> Optional<T> first(String sql, Row<T> row, @Nullable Object... values) {
        return list(sql, row, values).stream().findFirst();
    }

    /// Changes rows.
    ///
    /// @return the number of changed rows
    public int change(String sql, @Nullable Object... values) {
        return transaction(_ -> {
            int rows = prepared(sql, values).executeUpdate();
            isChanged |= rows > 0;
            return rows;
        });
    }

    /// Inserts a row.
    ///
    /// @return the id of the row
    public long insert(String sql, @Nullable Object... values) {
        return transaction(_ -> {
            PreparedStatement statement = prepared(sql, values);
            statement.executeUpdate();
            isChanged = true;
            try (var keys = statement.getGeneratedKeys()) {
                return keys.next() ? keys.getLong(1) : 0L;
            }
        });
    }

    private PreparedStatement prepared(String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS);
            statements.put(sql, statement);
        }
        for (int i = 0; i < values.length; i++) statement.setObject(i + 1, values[i]);
        return statement;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            connection.close();
            if (mark != null) mark.close();
        } catch (SQLException | IOException failed) {
            throw new DatabaseException(failed);
        } finally {
            lock.unlock();
        }
    }
}
