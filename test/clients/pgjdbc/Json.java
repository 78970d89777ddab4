import java.sql.Array;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.postgresql.util.PGobject;

/** What a program prints. */
final class Json {
  private Json() {}

  static String of(Object value) throws SQLException {
    if (value == null || value instanceof Boolean || value instanceof Integer || value instanceof Long) {
      return String.valueOf(value);
    }
    if (value instanceof Map<?, ?> map) {
      List<String> members = new ArrayList<>();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        members.add(quote(String.valueOf(entry.getKey())) + ":" + of(entry.getValue()));
      }
      return "{" + String.join(",", members) + "}";
    }
    if (value instanceof List<?> list) {
      return of(list.toArray());
    }
    if (value instanceof Object[] array) {
      List<String> elements = new ArrayList<>();
      for (Object element : array) {
        elements.add(of(element));
      }
      return "[" + String.join(",", elements) + "]";
    }
    if (value instanceof Array array) {
      return of(array.getArray());
    }
    if (value instanceof Timestamp timestamp) {
      return quote(timestamp.toInstant().toString());
    }
    if (value instanceof byte[] bytes) {
      return quote(HexFormat.of().formatHex(bytes));
    }
    if (value instanceof PGobject object && object.getType().equals("jsonb")) {
      return object.getValue();
    }
    return quote(value.toString());
  }

  private static String quote(String value) {
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
