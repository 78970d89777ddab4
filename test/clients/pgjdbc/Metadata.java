import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.RowIdLifetime;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Calls every method of DatabaseMetaData, whatever the version of Java has. */
final class Metadata {
  private Metadata() {}

  /** By method: its value; columns, types and rows of a result; or the SQLSTATE of its failure. */
  static Map<String, Object> of(DatabaseMetaData metadata) throws Exception {
    Map<String, Object> found = new TreeMap<>();
    for (Method method : DatabaseMetaData.class.getMethods()) {
      found.put(name(method), call(metadata, method));
    }
    return found;
  }

  private static String name(Method method) {
    return method.getParameterCount() == 0 ? method.getName() : method.getName() + "/" + method.getParameterCount();
  }

  private static Object call(DatabaseMetaData metadata, Method method) throws Exception {
    try {
      Object value = method.invoke(metadata, arguments(method));
      if (value instanceof ResultSet result) {
        return rows(result);
      }
      boolean part = value instanceof Connection || value instanceof DatabaseMetaData || value instanceof RowIdLifetime;
      return part ? value.getClass().getSimpleName() : value;
    } catch (InvocationTargetException error) {
      if (error.getCause() instanceof SQLException cause) {
        return Map.of("failed", String.valueOf(cause.getSQLState()), "message", String.valueOf(cause.getMessage()));
      }
      throw error;
    }
  }

  /** Catalog, schema, then the relation, then a pattern that fits everything; isWrapperFor and unwrap take a class. */
  private static Object[] arguments(Method method) {
    boolean keys = method.getName().matches("get(PrimaryKeys|ImportedKeys|ExportedKeys|CrossReference|IndexInfo|BestRowIdentifier|VersionColumns)");
    Object[] values = new Object[method.getParameterCount()];
    int texts = 0;
    for (int index = 0; index < values.length; index += 1) {
      Class<?> type = method.getParameterTypes()[index];
      if (type == String.class) {
        values[index] = text(texts % 3, keys);
        texts += 1;
      } else if (type == int.class) {
        values[index] = method.getName().startsWith("getBestRow") ? DatabaseMetaData.bestRowSession : 4;
      } else if (type == boolean.class) {
        values[index] = true;
      } else if (type == Class.class) {
        values[index] = DatabaseMetaData.class;
      }
    }
    return values;
  }

  private static String text(int place, boolean exact) {
    return switch (place) {
      case 0 -> null;
      case 1 -> exact ? "mz_catalog" : "%";
      default -> exact ? "mz_connections" : "%";
    };
  }

  private static Map<String, Object> rows(ResultSet result) throws SQLException {
    ResultSetMetaData about = result.getMetaData();
    List<String> columns = new ArrayList<>();
    for (int column = 1; column <= about.getColumnCount(); column += 1) {
      columns.add(about.getColumnName(column) + " " + about.getColumnTypeName(column));
    }
    List<Object> rows = new ArrayList<>();
    while (result.next()) {
      String[] values = new String[columns.size()];
      for (int column = 1; column <= values.length; column += 1) {
        values[column - 1] = result.getString(column);
      }
      rows.add(Arrays.asList(values));
    }
    return Map.of("columns", columns, "rows", rows);
  }
}
