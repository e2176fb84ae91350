// libseccomp compares a system call's number with every number of the profile, one after the other: a thousand
// instructions for three architectures, which the kernel checks, compiles and runs through for each number whenever a
// container starts. But most profiles give whole ranges of numbers one verdict. So libseccomp says what happens, and this
// file asks it about each number and writes the answers down as a search tree over ranges; what libseccomp makes of
// arguments is taken over as it is. A profile like docker's shrinks from 1029 instructions to 279, and installing it takes
// 0.15 ms instead of 1.1 (libseccomp's own search tree: 1289 and 0.5).
#include "seccomp_join.h"

#include <linux/seccomp.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <map>
#include <optional>
#include <set>

namespace caisson::addon {

namespace {

constexpr uint32_t kEnosys = SECCOMP_RET_ERRNO | ENOSYS;
constexpr uint32_t kNoNumber = ~0U;  // what a tracer sets to skip a call
constexpr uint16_t kLoad = BPF_LD | BPF_W | BPF_ABS;
constexpr uint16_t kJump = BPF_JMP | BPF_JA;
constexpr uint16_t kReturn = BPF_RET | BPF_K;
constexpr size_t kMostInBlock = 120;  // ranges, so that the jumps to their answers fit 8 bits

// What becomes of a number: a verdict, or the place in a filter where the arguments are looked at.
struct Answer {
  std::optional<uint32_t> verdict;
  size_t filter = 0;
  size_t at = 0;
  bool operator==(const Answer&) const = default;
};

struct Range {
  uint32_t first;
  Answer answer;
};

bool comparesConstant(const sock_filter& instruction) {
  return BPF_CLASS(instruction.code) == BPF_JMP && BPF_OP(instruction.code) != BPF_JA &&
         BPF_SRC(instruction.code) == BPF_K;
}

// Where a comparison with a constant leads, as a number of instructions to pass over; nothing for one that is not of
// order.
std::optional<size_t> compare(const sock_filter& instruction, uint32_t value) {
  const auto lead = [&](bool holds) { return size_t{holds ? instruction.jt : instruction.jf}; };
  switch (instruction.code) {
    case BPF_JMP | BPF_JEQ | BPF_K: return lead(value == instruction.k);
    case BPF_JMP | BPF_JGT | BPF_K: return lead(value > instruction.k);
    case BPF_JMP | BPF_JGE | BPF_K: return lead(value >= instruction.k);
    default: return std::nullopt;
  }
}

// Runs a filter up to its verdict, or to its first look at anything but architecture and number. One that does what
// libseccomp is not known to do is taken over whole.
Answer ask(const ArchitectureFilter& filter, size_t index, uint32_t number) {
  const Answer whole{.verdict = std::nullopt, .filter = index, .at = 0};
  uint32_t value = 0;
  for (size_t at = 0; at < filter.program.size(); at++) {
    const sock_filter& instruction = filter.program[at];
    if (instruction.code == kReturn) return {.verdict = instruction.k};
    if (instruction.code == kLoad && instruction.k == offsetof(seccomp_data, nr)) {
      value = number;
    } else if (instruction.code == kLoad && instruction.k == offsetof(seccomp_data, arch)) {
      value = filter.audit;
    } else if (instruction.code == kLoad) {
      return {.verdict = std::nullopt, .filter = index, .at = at};
    } else if (instruction.code == kJump) {
      at += instruction.k;
    } else if (const auto lead = compare(instruction, value)) {
      at += *lead;
    } else {
      return whole;
    }
  }
  return whole;
}

Answer answerTo(const ArchitectureFilter& filter, size_t index, uint32_t number) {
  for (const auto& [added, verdict] : filter.added) {
    if (number == added) return {.verdict = verdict};
  }
  const bool unknown = filter.unknownFrom <= number && number <= filter.unknownTo && number != kNoNumber;
  if (unknown) return {.verdict = kEnosys};
  return ask(filter, index, number);
}

// Numbers from which on the answer can be another one.
std::set<uint32_t> edgesOf(const ArchitectureFilter& filter) {
  std::set<uint32_t> edges{filter.first, filter.unknownFrom, kNoNumber};
  const auto around = [&](uint32_t number) {
    edges.insert(number);
    if (number != kNoNumber) edges.insert(number + 1);
  };
  around(filter.unknownTo);
  for (const auto& [number, verdict] : filter.added) around(number);
  for (const sock_filter& instruction : filter.program) {
    if (comparesConstant(instruction)) around(instruction.k);
  }
  edges.erase(edges.begin(), edges.lower_bound(filter.first));
  edges.erase(edges.upper_bound(filter.last), edges.end());
  return edges;
}

// Writes the part of one AUDIT_ARCH_*: the tree, and behind it what the leaves with arguments lead to.
class Section {
 public:
  explicit Section(const std::vector<ArchitectureFilter>& filters) : filters_(filters) {}

  void add(size_t index) {
    const ArchitectureFilter& filter = filters_[index];
    for (const uint32_t edge : edgesOf(filter)) {
      const Answer answer = answerTo(filter, index, edge);
      if (ranges_.empty() || !(ranges_.back().answer == answer)) ranges_.push_back({edge, answer});
    }
  }

  Program written() {
    Program program{BPF_STMT(kLoad, offsetof(seccomp_data, nr))};
    append(program, tree(0, ranges_.size()));
    const size_t leaves = program.size();
    for (const auto& [filter, places] : entries_) copyFrom(filter, places, program);
    for (size_t at = 0; at < leaves; at++) {
      // Only leaves jump by JA with a mark in jt, which the kernel ignores there.
      if (program[at].code != kJump || program[at].jt == 0) continue;
      const auto& [filter, place] = marked_[program[at].k];
      program[at] = BPF_STMT(kJump, static_cast<uint32_t>(copies_.at({filter, place}) - at - 1));
    }
    return program;
  }

 private:
  static void append(Program& program, const Program& more) {
    program.insert(program.end(), more.begin(), more.end());
  }

  Program tree(size_t from, size_t to) {
    if (to - from <= kMostInBlock) return block(from, to);
    const size_t middle = from + (to - from) / 2;
    const Program below = tree(from, middle);
    Program program{BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, ranges_[middle].first, 0, 1),
                    BPF_STMT(kJump, static_cast<uint32_t>(below.size()))};
    append(program, below);
    append(program, tree(middle, to));
    return program;
  }

  // A tree small enough for short jumps, and behind it each of its answers once.
  Program block(size_t from, size_t to) {
    Program nodes(to - from - 1);
    std::vector<Answer> answers;
    placeNodes(from, to, nodes, 0, answers);
    for (const Answer& answer : answers) nodes.push_back(leaf(answer));
    return nodes;
  }

  // Writes the comparisons for some ranges from `at` on; gives where the first of them is, or their one answer.
  size_t placeNodes(size_t from, size_t to, Program& nodes, size_t at, std::vector<Answer>& answers) {
    if (to - from == 1) return nodes.size() + indexOf(answers, ranges_[from].answer);
    const size_t middle = from + (to - from) / 2;
    const size_t below = placeNodes(from, middle, nodes, at + 1, answers);
    const size_t above = placeNodes(middle, to, nodes, at + middle - from, answers);
    nodes[at] = BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, ranges_[middle].first,
                         static_cast<uint8_t>(above - at - 1), static_cast<uint8_t>(below - at - 1));
    return at;
  }

  static size_t indexOf(std::vector<Answer>& answers, const Answer& answer) {
    const auto index =
        static_cast<size_t>(std::find(answers.begin(), answers.end(), answer) - answers.begin());
    if (index == answers.size()) answers.push_back(answer);
    return index;
  }

  sock_filter leaf(const Answer& answer) {
    if (answer.verdict) return BPF_STMT(kReturn, *answer.verdict);
    entries_[answer.filter].insert(answer.at);
    marked_.emplace_back(answer.filter, answer.at);
    return BPF_JUMP(kJump, static_cast<uint32_t>(marked_.size() - 1), 1, 0);
  }

  // Copies what can be reached from some places, in its order: jumps go forward only, and none becomes longer.
  void copyFrom(size_t index, const std::set<size_t>& places, Program& program) {
    const Program& source = filters_[index].program;
    std::set<size_t> reached = places;
    for (const size_t at : reached) {  // grows behind `at` only
      const sock_filter& instruction = source[at];
      if (BPF_CLASS(instruction.code) == BPF_RET) continue;
      if (instruction.code == kJump) {
        reached.insert(at + 1 + instruction.k);
      } else if (BPF_CLASS(instruction.code) == BPF_JMP) {
        reached.insert({at + 1 + instruction.jt, at + 1 + instruction.jf});
      } else {
        reached.insert(at + 1);
      }
    }
    size_t to = program.size();
    for (const size_t at : reached) copies_[{index, at}] = to++;
    for (const size_t at : reached) program.push_back(moved(index, at));
  }

  [[nodiscard]] sock_filter moved(size_t index, size_t at) const {
    sock_filter instruction = filters_[index].program[at];
    if (BPF_CLASS(instruction.code) != BPF_JMP) return instruction;
    const size_t here = copies_.at({index, at});
    const auto lead = [&](size_t skipped) { return copies_.at({index, at + 1 + skipped}) - here - 1; };
    if (instruction.code == kJump) {
      instruction.k = static_cast<uint32_t>(lead(instruction.k));
    } else {
      instruction.jt = static_cast<uint8_t>(lead(instruction.jt));
      instruction.jf = static_cast<uint8_t>(lead(instruction.jf));
    }
    return instruction;
  }

  const std::vector<ArchitectureFilter>& filters_;
  std::vector<Range> ranges_;
  std::map<size_t, std::set<size_t>> entries_;          // by filter: the places that leaves lead to
  std::vector<std::pair<size_t, size_t>> marked_;       // what the marked leaves lead to
  std::map<std::pair<size_t, size_t>, size_t> copies_;  // filter and place → place in the section
};

}  // namespace

Program joined(const std::vector<ArchitectureFilter>& filters) {
  std::map<uint32_t, std::vector<size_t>> byAudit;
  std::vector<uint32_t> order;
  for (size_t index = 0; index < filters.size(); index++) {
    auto& indices = byAudit[filters[index].audit];
    if (indices.empty()) order.push_back(filters[index].audit);
    indices.push_back(index);
  }
  Program heads{BPF_STMT(kLoad, offsetof(seccomp_data, arch))};
  Program sections;
  const size_t headLength = 2 * order.size() + 2;
  for (const uint32_t audit : order) {
    Section section(filters);
    for (const size_t index : byAudit[audit]) section.add(index);
    heads.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, audit, 0, 1));
    const size_t lead = headLength + sections.size() - heads.size() - 1;
    heads.push_back(BPF_STMT(kJump, static_cast<uint32_t>(lead)));
    const Program written = section.written();
    sections.insert(sections.end(), written.begin(), written.end());
  }
  heads.push_back(BPF_STMT(kReturn, SECCOMP_RET_KILL_THREAD));
  heads.insert(heads.end(), sections.begin(), sections.end());
  return heads;
}

}  // namespace caisson::addon
