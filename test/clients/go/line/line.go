// Package line is the loop of every Go program: words from standard input, one line of JSON for each answer.
package line

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"time"
)

// Answer is what a program says of one line.
type Answer map[string]any

// Verbs does what lines ask for: the verb, then the statement and the values of its parameters.
type Verbs map[string]func(statement string, values []any) (Answer, error)

// Notices is what the server said beside the answer; filled by the program, handed out with the next answer.
var Notices = []Answer{}

// Note keeps a notice.
func Note(code, message string) {
	Notices = append(Notices, Answer{"code": code, "message": message})
}

// Serve connects and answers until the input ends. failure tells what the server said; nil is an error of the program.
func Serve(connect func() (Verbs, error), failure func(error) Answer) {
	verbs, err := connect()
	say(nil, err, failure)
	if err != nil {
		return
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		words := strings.Split(lines.Text(), " ")
		var values []any
		for _, word := range words[1:] {
			values = append(values, decode(word))
		}
		var statement string
		if len(values) > 0 {
			statement, values = values[0].(string), values[1:]
		}
		answer, err := verbs[words[0]](statement, values)
		say(answer, err, failure)
	}
}

func say(answer Answer, err error, failure func(error) Answer) {
	said := Answer{"ok": true, "columns": []string{}, "rows": [][]any{}}
	if err != nil {
		answer = failure(err)
		if answer == nil {
			panic(err)
		}
		said["ok"] = false
	}
	for name, value := range answer {
		said[name] = value
	}
	said["notices"] = Notices
	text, err := json.Marshal(said)
	if err != nil {
		panic(err)
	}
	Notices = []Answer{}
	os.Stdout.Write(append(text, '\n'))
}

func decode(word string) any {
	text, err := base64.StdEncoding.DecodeString(word)
	if err != nil {
		panic(err)
	}
	value := string(text[1:])
	switch text[0] {
	case 'i':
		number, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			panic(err)
		}
		return number
	case 'b':
		return value == "true"
	case 'a':
		return strings.Split(value, ",")
	case 'n':
		return nil
	default:
		return value
	}
}

// Plain is a driver's value as JSON has it.
func Plain(value any) any {
	switch known := value.(type) {
	case time.Time:
		return known.Format(time.RFC3339Nano)
	case []byte:
		return hex.EncodeToString(known)
	case [16]byte:
		digits := hex.EncodeToString(known[:])
		return strings.Join([]string{digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]}, "-")
	default:
		return value
	}
}
