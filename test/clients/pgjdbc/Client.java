import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/** pgjdbc. Mode: its preferQueryMode, `extended` or `simple`. Statements are prepared on the server at their first use, values binary. */
public final class Client {
  private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private final Connection connection;
  private final List<Object> notices = new ArrayList<>();

  private Client(Connection connection) {
    this.connection = connection;
  }

  public static void main(String[] arguments) throws Exception {
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    try (Connection connection = connect(arguments[0])) {
      OUT.println(Json.of(done()));
      Client client = new Client(connection);
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        OUT.println(Json.of(client.answer(line.split(" "))));
      }
    } catch (SQLException error) {
      OUT.println(Json.of(failure(error)));
    }
  }

  private static Connection connect(String mode) throws SQLException {
    Map<String, String> environment = System.getenv();
    Properties properties = new Properties();
    properties.setProperty("user", environment.get("PGUSER"));
    properties.setProperty("preferQueryMode", mode);
    properties.setProperty("prepareThreshold", "1");
    if (environment.containsKey("PGPASSWORD")) {
      properties.setProperty("password", environment.get("PGPASSWORD"));
    }
    if (environment.containsKey("PGSSLROOTCERT")) {
      properties.setProperty("sslmode", "verify-full");
      properties.setProperty("sslrootcert", environment.get("PGSSLROOTCERT"));
      properties.setProperty("channelBinding", "require");
    } else {
      properties.setProperty("sslmode", "disable");
    }
    String where = environment.get("PGHOST") + ":" + environment.get("PGPORT") + "/" + environment.get("PGDATABASE");
    return DriverManager.getConnection("jdbc:postgresql://" + where, properties);
  }

  private Map<String, Object> answer(String[] words) throws Exception {
    Map<String, Object> answer;
    notices.clear();
    try {
      List<Object> values = new ArrayList<>();
      for (int index = 1; index < words.length; index += 1) {
        values.add(decode(words[index]));
      }
      answer = answer(words[0], values);
    } catch (SQLException error) {
      answer = failure(error);
    }
    answer.put("notices", notices);
    return answer;
  }

  private Map<String, Object> answer(String verb, List<Object> words) throws Exception {
    switch (verb) {
      case "query":
        return query((String) words.get(0), words.subList(1, words.size()));
      case "begin":
        connection.setAutoCommit(false);
        return done();
      case "commit":
        connection.commit();
        connection.setAutoCommit(true);
        return done();
      case "rollback":
        connection.rollback();
        connection.setAutoCommit(true);
        return done();
      case "cancel":
        return cancel((String) words.get(0));
      case "stream":
        return stream((String) words.get(0));
      case "copy":
        return copy((String) words.get(0), (Long) words.get(1));
      case "inspect":
        Map<String, Object> answer = done();
        answer.put("found", Metadata.of(connection.getMetaData()));
        return answer;
      default:
        throw new IllegalArgumentException(verb);
    }
  }

  /** `$n` in the order in which they stand, as JDBC wants it. */
  private Map<String, Object> query(String statement, List<Object> values) throws SQLException {
    try (PreparedStatement prepared = connection.prepareStatement(PARAMETER.matcher(statement).replaceAll("?"))) {
      Matcher places = PARAMETER.matcher(statement);
      for (int index = 1; places.find(); index += 1) {
        set(prepared, index, values.get(Integer.parseInt(places.group(1)) - 1));
      }
      boolean rows = prepared.execute();
      note(prepared.getWarnings());
      if (!rows) {
        return done();
      }
      try (ResultSet result = prepared.getResultSet()) {
        return rows(result);
      }
    }
  }

  private void set(PreparedStatement prepared, int index, Object value) throws SQLException {
    if (value == null) {
      prepared.setNull(index, Types.VARCHAR);
    } else if (value instanceof Long number) {
      prepared.setLong(index, number);
    } else if (value instanceof Boolean truth) {
      prepared.setBoolean(index, truth);
    } else if (value instanceof Object[] array) {
      prepared.setArray(index, connection.createArrayOf("text", array));
    } else {
      prepared.setString(index, (String) value);
    }
  }

  private Map<String, Object> cancel(String text) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(3);
      statement.executeQuery(text).close();
      return done();
    }
  }

  /** A portal, read by a hundred rows at a time. */
  private Map<String, Object> stream(String text) throws SQLException {
    connection.setAutoCommit(false);
    try (PreparedStatement statement = connection.prepareStatement(text)) {
      statement.setFetchSize(100);
      int rows = 0;
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          rows += 1;
        }
      }
      Map<String, Object> answer = done();
      answer.put("found", List.of(rows));
      return answer;
    } finally {
      connection.commit();
      connection.setAutoCommit(true);
    }
  }

  /** Text, both ways. */
  private Map<String, Object> copy(String table, long count) throws Exception {
    CopyManager manager = connection.unwrap(PGConnection.class).getCopyAPI();
    StringBuilder in = new StringBuilder();
    for (long number = 0; number < count; number += 1) {
      in.append(number).append("\trow ").append(number).append('\n');
    }
    manager.copyIn("COPY " + table + " FROM STDIN", new StringReader(in.toString()));
    StringWriter out = new StringWriter();
    manager.copyOut("COPY " + table + " TO STDOUT", out);
    long rows = 0;
    long sum = 0;
    for (String line : out.toString().split("\n")) {
      String[] fields = line.split("\t");
      if (fields[1].equals("row " + fields[0])) {
        rows += 1;
        sum += Long.parseLong(fields[0]);
      }
    }
    Map<String, Object> answer = done();
    answer.put("found", List.of(rows, sum));
    return answer;
  }

  private static Map<String, Object> rows(ResultSet result) throws SQLException {
    ResultSetMetaData about = result.getMetaData();
    List<Object> columns = new ArrayList<>();
    List<Object> types = new ArrayList<>();
    for (int column = 1; column <= about.getColumnCount(); column += 1) {
      columns.add(about.getColumnName(column));
      types.add(about.getColumnTypeName(column));
    }
    List<Object> rows = new ArrayList<>();
    while (result.next()) {
      Object[] values = new Object[columns.size()];
      for (int column = 1; column <= values.length; column += 1) {
        values[column - 1] = result.getObject(column);
      }
      rows.add(values);
    }
    Map<String, Object> answer = done();
    answer.put("columns", columns);
    answer.put("types", types);
    answer.put("rows", rows);
    return answer;
  }

  private void note(SQLWarning first) {
    for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
      ServerErrorMessage message = ((PSQLWarning) warning).getServerErrorMessage();
      notices.add(Map.of("code", message.getSQLState(), "message", message.getMessage()));
    }
  }

  private static Map<String, Object> done() {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("ok", true);
    answer.put("columns", List.of());
    answer.put("rows", List.of());
    return answer;
  }

  private static Map<String, Object> failure(SQLException error) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("ok", false);
    answer.put("code", error.getSQLState());
    ServerErrorMessage message = error instanceof PSQLException own ? own.getServerErrorMessage() : null;
    answer.put("message", message == null ? error.getMessage() : message.getMessage());
    if (message != null) {
      answer.put("detail", message.getDetail());
      answer.put("hint", message.getHint());
      answer.put("position", message.getPosition() == 0 ? null : message.getPosition());
    }
    return answer;
  }

  private static Object decode(String word) {
    String text = new String(Base64.getDecoder().decode(word), StandardCharsets.UTF_8);
    String value = text.substring(1);
    return switch (text.charAt(0)) {
      case 'i' -> Long.valueOf(value);
      case 'b' -> Boolean.valueOf(value);
      case 'a' -> value.split(",");
      case 'n' -> null;
      default -> value;
    };
  }
}
