#include "server/tls/session.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "server/tls/hello.hpp"

namespace attest::server {
namespace {

// Neither a record's type nor a version, and no line that HTTP would begin with.
constexpr std::string_view kGarbage =
    "\xDE\xAD\xBE\xEF\xFE\xED\xFA\xCE\xC0\xFF\xEE\x99\x88\x77\x66\x55\xAA\xBB\xCC\xDD\xF0\x0D\xCA\xFE"
    "\xDE\xAD\xBE\xEF\xFE\xED\xFA\xCE\xC0\xFF\xEE\x99\x88\x77\x66\x55\xAA\xBB\xCC\xDD\xF0\x0D\xCA\xFE";
constexpr std::string_view kPlainHttp =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 26\r\nConnection: close\r\n\r\n"
    "this port speaks no TLS :(";

std::string_view words_of(TlsTrouble trouble) {
  if (trouble == TlsTrouble::garbage) return kGarbage;
  return trouble == TlsTrouble::plain_http ? kPlainHttp : std::string_view{};
}

std::string alert_name(int number) {
  const std::string name = SSL_alert_desc_string_long(number);
  return name == "unknown" ? fmt::format("alert {}", number) : name;
}

/// The number of an alert in the clear, or -1: type 21, version, length 2, level, number.
int alert_in(std::string_view record) {
  const bool is_one =
      record.size() >= 7 && record[0] == 21 && record[1] == 3 && record[3] == 0 && record[4] == 2;
  return is_one ? static_cast<unsigned char>(record[6]) : -1;
}

}  // namespace

struct Session::Hooks {
  static Session& of(const SSL* ssl) { return *static_cast<Session*>(SSL_get_app_data(ssl)); }
  static Session& of(BIO* bio) { return *static_cast<Session*>(BIO_get_data(bio)); }

  static int hello(SSL* ssl, int* alert, void*) { return of(ssl).hear(alert); }

  static void info(const SSL* ssl, int where, int value) {
    if (where == SSL_CB_READ_ALERT) of(ssl).note_alert(value & 0xFF);
  }

  static void message(int sent, int, int type, const void* bytes, std::size_t size, SSL* ssl, void*) {
    if (sent == 0 || size == 0) return;
    const std::string_view text(static_cast<const char*>(bytes), size);
    if (type == SSL3_RT_HEADER) of(ssl).note_record(text);
    if (type == SSL3_RT_HANDSHAKE && text[0] == SSL3_MT_CERTIFICATE) of(ssl).note_certificate();
  }

  static int read(BIO* bio, char* to, int size) {
    BIO_clear_retry_flags(bio);
    const auto count = of(bio).receive(to, static_cast<std::size_t>(size));
    if (count < 0 && errno == EAGAIN) BIO_set_retry_read(bio);
    return static_cast<int>(count);
  }

  static int write(BIO* bio, const char* from, int size) {
    BIO_clear_retry_flags(bio);
    const auto count = of(bio).transmit({from, static_cast<std::size_t>(size)});
    if (count < 0 && errno == EAGAIN) BIO_set_retry_write(bio);
    return static_cast<int>(count);
  }

  static long control(BIO*, int what, long, void*) { return what == BIO_CTRL_FLUSH ? 1 : 0; }

  /// OpenSSL's own BIO for sockets would raise SIGPIPE and cannot be muted.
  static BIO_METHOD* method() {
    static const std::unique_ptr<BIO_METHOD, Freeing<BIO_meth_free>> made = [] {
      auto* fresh = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "attest");
      openssl_must(fresh != nullptr, "make a BIO method");
      BIO_meth_set_read(fresh, &read);
      BIO_meth_set_write(fresh, &write);
      BIO_meth_set_ctrl(fresh, &control);
      return std::unique_ptr<BIO_METHOD, Freeing<BIO_meth_free>>(fresh);
    }();
    return made.get();
  }
};

void Session::prepare(SSL_CTX* context) {
  SSL_CTX_set_client_hello_cb(context, &Hooks::hello, nullptr);
  SSL_CTX_set_info_callback(context, &Hooks::info);
  SSL_CTX_set_msg_callback(context, &Hooks::message);
}

Session::Session(SSL_CTX* context, TlsTrouble trouble, int socket, const Clock& clock, Told told)
    : trouble_(trouble),
      socket_(socket),
      clock_(clock),
      told_(std::move(told)),
      unsaid_(words_of(trouble)),
      ssl_(SSL_new(context)) {
  auto* bio = BIO_new(Hooks::method());
  openssl_must(ssl_ && bio != nullptr, "begin a TLS session");
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_app_data(ssl_.get(), this);
  SSL_set_accept_state(ssl_.get());
  told_(seen_);
}

ssize_t Session::receive(char* to, std::size_t size) {
  ssize_t count = 0;
  do count = ::recv(socket_, to, size, MSG_DONTWAIT);
  while (count < 0 && errno == EINTR);
  last_received_ = clock_.now();
  if (count > 0) {
    seen_.received += static_cast<std::size_t>(count);
    if (!seen_.completed) newest_.assign(to, static_cast<std::size_t>(count));
  }
  left_ = left_ || count == 0 || (count < 0 && errno != EAGAIN);
  return count;
}

ssize_t Session::transmit(std::string_view bytes) {
  const auto room = mute_after_ - transmitted_;
  if (room == 0) return static_cast<ssize_t>(bytes.size());  // as if it had gone out
  ssize_t count = 0;
  do
    count = ::send(socket_, bytes.data(), std::min(bytes.size(), room),
                   MSG_DONTWAIT | MSG_NOSIGNAL | (more_ ? MSG_MORE : 0));
  while (count < 0 && errno == EINTR);
  if (count > 0) transmitted_ += static_cast<std::size_t>(count);
  left_ = left_ || (count < 0 && errno != EAGAIN);
  return count;
}

int Session::hear(int* alert) {
  if (!seen_.hello) {  // the second hello, after a retry request, is no other client's
    seen_.hello = last_received_;
    read_hello(ssl_.get(), seen_);
    told_(seen_);
  }
  switch (trouble_) {
    case TlsTrouble::alert:
      *alert = SSL_AD_HANDSHAKE_FAILURE;
      return SSL_CLIENT_HELLO_ERROR;
    case TlsTrouble::stall:
    case TlsTrouble::garbage:
    case TlsTrouble::plain_http:
    case TlsTrouble::close:
      return SSL_CLIENT_HELLO_RETRY;
    case TlsTrouble::none:
    case TlsTrouble::stall_later:
    case TlsTrouble::old_version:
      break;
  }
  return SSL_CLIENT_HELLO_SUCCESS;
}

void Session::note_alert(int number) {
  if (seen_.completed && number == SSL_AD_CLOSE_NOTIFY) return;  // that is how a session ends
  seen_.alert = alert_name(number);
  if (seen_.completed) told_(seen_);
}

void Session::note_record(std::string_view header) {
  if (seen_.completed || header.size() != SSL3_RT_HEADER_LENGTH) return;
  recorded_ +=
      header.size() + (static_cast<unsigned char>(header[3]) << 8U | static_cast<unsigned char>(header[4]));
}

/// OpenSSL sends a flight of messages at once, a record each: the end of this one is where a server stops
/// that stalls.
void Session::note_certificate() {
  certificate_sent_ = true;
  if (trouble_ == TlsTrouble::stall_later) mute_after_ = recorded_;
}

Step Session::outcome(int result) const {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return {.await = POLLIN};
    case SSL_ERROR_WANT_WRITE:
      return {.await = POLLOUT};
    case SSL_ERROR_ZERO_RETURN:
      return {.gone = true};
    default:
      return {.gone = left_};
  }
}

Step Session::shake() {
  if (making_trouble_) return make_trouble();
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) return complete();
  if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_CLIENT_HELLO_CB) return make_trouble();
  const auto step = outcome(result);
  return step.await != 0 ? step : break_down();
}

Step Session::complete() {
  seen_.completed = clock_.now();
  seen_.version = SSL_get_version(ssl_.get());
  seen_.suite = SSL_get_cipher_name(ssl_.get());
  told_(seen_);
  return {.moved = 1};
}

/// OpenSSL stops at the header of an alert that names another version, such as the one that the client
/// wanted.
void Session::note_alert_of_another_version() {
  std::array<char, 64> rest;
  auto record = newest_;
  if (const auto count = receive(rest.data(), rest.size()); count > 0) record += newest_;
  if (const auto number = alert_in(record); number >= 0) note_alert(number);
}

Step Session::break_down() {
  const auto reason = openssl_reason();
  const bool left = left_;  // before more is read
  if (seen_.hello && seen_.alert.empty() && !left) note_alert_of_another_version();
  if (!seen_.alert.empty()) {
    over(what_it_said());
    return {.gone = true};
  }
  if (left)
    over(how_it_left());
  else if (trouble_ == TlsTrouble::alert)
    over("handshake failure");
  else
    over(reason == "http request" ? "a plain HTTP request instead of a hello" : "refused: " + reason);
  return {.gone = left};
}

/// Says what the trouble says instead of a handshake, and hears the client out.
Step Session::make_trouble() {
  making_trouble_ = true;
  while (!unsaid_.empty()) {
    const auto count = transmit(unsaid_);
    if (count < 0 && !left_) return {.await = POLLOUT};
    unsaid_.remove_prefix(count < 0 ? unsaid_.size() : static_cast<std::size_t>(count));
    if (unsaid_.empty() && trouble_ == TlsTrouble::plain_http) ::shutdown(socket_, SHUT_WR);
  }
  if (trouble_ != TlsTrouble::close) return overhear();
  over("closed after the client's hello");
  return {};
}

Step Session::overhear() {
  std::array<char, 4096> buffer;
  const auto count = receive(buffer.data(), buffer.size());
  if (left_) {
    over(how_it_left());
    return {.gone = true};
  }
  const auto number = count > 0 ? alert_in({buffer.data(), static_cast<std::size_t>(count)}) : -1;
  if (number >= 0) note_alert(number);
  return {.await = POLLIN};
}

std::string Session::what_it_said() const {
  return fmt::format("the client sent the alert \"{}\"", seen_.alert);
}

std::string Session::how_it_left() const {
  if (seen_.received == 0) return "closed without a hello";
  if (!seen_.hello) return fmt::format("closed after {} bytes of a hello", seen_.received);
  if (!seen_.alert.empty()) return what_it_said();
  return certificate_sent_ ? "the client closed after the server's certificate"
                           : "the client closed after its hello";
}

void Session::over(std::string_view why) {
  seen_.over = clock_.now();
  const bool on_purpose = trouble_ != TlsTrouble::none && seen_.hello;
  seen_.failure = on_purpose ? fmt::format("{} on purpose: {}", name_of(trouble_), why) : why;
  told_(seen_);
}

void Session::abandon(std::string_view why) {
  if (!seen_.completed && !seen_.over) over(why);
}

Step Session::read(char* to, std::size_t size) {
  ERR_clear_error();
  std::size_t count = 0;
  const int result = SSL_read_ex(ssl_.get(), to, size, &count);
  return result == 1 ? Step{.moved = count} : outcome(result);
}

Step Session::write(std::string_view bytes, bool more) {
  ERR_clear_error();
  more_ = more;
  std::size_t count = 0;
  const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
  return result == 1 ? Step{.moved = count} : outcome(result);
}

Step Session::end() {
  if (!seen_.completed) return {};
  ERR_clear_error();
  more_ = false;
  const int result = SSL_shutdown(ssl_.get());
  return result >= 0 ? Step{} : outcome(result);
}

}  // namespace attest::server
