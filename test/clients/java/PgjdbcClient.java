import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Properties;

/** pgjdbc. Mode: its preferQueryMode, `extended` or `simple`. Statements are prepared on the server at their first use. */
public final class PgjdbcClient {
  public static void main(String[] arguments) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("user", "materialize");
    properties.setProperty("preferQueryMode", arguments[2]);
    properties.setProperty("prepareThreshold", "1");
    String url = "jdbc:postgresql://" + arguments[0] + ":" + arguments[1] + "/materialize";
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    try (Connection connection = DriverManager.getConnection(url, properties)) {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        List<String> words = new ArrayList<>();
        for (String word : line.split(" ")) {
          words.add(new String(Base64.getDecoder().decode(word), StandardCharsets.UTF_8));
        }
        System.out.println(ask(connection, words.get(0), words.subList(1, words.size())));
      }
    }
  }

  private static String ask(Connection connection, String statement, List<String> values) {
    try (PreparedStatement prepared = connection.prepareStatement(statement.replaceAll("\\$\\d+", "?"))) {
      for (int index = 0; index < values.size(); index += 1) {
        prepared.setString(index + 1, values.get(index));
      }
      if (!prepared.execute()) {
        return "{\"ok\":true,\"columns\":[],\"rows\":[]}";
      }
      try (ResultSet result = prepared.getResultSet()) {
        return rows(result);
      }
    } catch (SQLException error) {
      return "{\"ok\":false,\"code\":" + quote(error.getSQLState()) + ",\"message\":" + quote(error.getMessage()) + "}";
    }
  }

  private static String rows(ResultSet result) throws SQLException {
    ResultSetMetaData about = result.getMetaData();
    List<String> columns = new ArrayList<>();
    for (int column = 1; column <= about.getColumnCount(); column += 1) {
      columns.add(quote(about.getColumnName(column)));
    }
    List<String> rows = new ArrayList<>();
    while (result.next()) {
      List<String> values = new ArrayList<>();
      for (int column = 1; column <= columns.size(); column += 1) {
        values.add(quote(result.getString(column)));
      }
      rows.add("[" + String.join(",", values) + "]");
    }
    return "{\"ok\":true,\"columns\":[" + String.join(",", columns) + "],\"rows\":[" + String.join(",", rows) + "]}";
  }

  private static String quote(String value) {
    if (value == null) {
      return "null";
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (char character : value.toCharArray()) {
      if (character == '"' || character == '\\') {
        quoted.append('\\').append(character);
      } else if (character < ' ') {
        quoted.append(String.format("\\u%04x", (int) character));
      } else {
        quoted.append(character);
      }
    }
    return quoted.append('"').toString();
  }
}
