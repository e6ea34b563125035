// SPDX-License-Identifier: Apache-2.0
// Table: things by ids that only grow and are never given twice. An entry keeps its address while it lives;
// what is gone costs a pointer for every kBlock ids, once all of its block are gone. Loop thread only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace attune::system {

template <class T>
class Table {
 public:
  static constexpr uint32_t kBlock = 32;

  uint32_t next_id() const { return next_id_; }
  // Ids before it are not given any more.
  void skip_to(uint32_t id) {
    if (id > next_id_) next_id_ = id;
  }

  // The id is next_id() or a later one.
  T& add(uint32_t id, T entry) {
    skip_to(id + 1);
    if (blocks_.size() <= id / kBlock) blocks_.resize(id / kBlock + 1);
    std::unique_ptr<Block>& block = blocks_[id / kBlock];
    if (!block) block = std::make_unique<Block>();
    ++block->count;
    return block->entries[id % kBlock].emplace(std::move(entry));
  }
  // One that is there.
  void remove(uint32_t id) {
    std::unique_ptr<Block>& block = blocks_[id / kBlock];
    block->entries[id % kBlock].reset();
    if (--block->count == 0) block.reset();
  }

  // nullptr: never made, or gone.
  T* find(uint32_t id) {
    if (id / kBlock >= blocks_.size() || !blocks_[id / kBlock]) return nullptr;
    std::optional<T>& entry = blocks_[id / kBlock]->entries[id % kBlock];
    return entry ? &*entry : nullptr;
  }
  const T* find(uint32_t id) const { return const_cast<Table*>(this)->find(id); }
  // One that is there.
  T& operator[](uint32_t id) { return *find(id); }
  const T& operator[](uint32_t id) const { return *find(id); }

  // Goes over those that are there, by id.
  class Iterator {
   public:
    Iterator(const Table& table, uint32_t id) : table_(table), id_(id) { settle(); }
    const T& operator*() const { return *table_.find(id_); }
    Iterator& operator++() {
      ++id_;
      settle();
      return *this;
    }
    bool operator!=(const Iterator& other) const { return id_ != other.id_; }

   private:
    void settle() {
      const uint32_t end = table_.end_id();
      while (id_ < end && table_.find(id_) == nullptr)
        id_ = table_.blocks_[id_ / kBlock] ? id_ + 1 : (id_ / kBlock + 1) * kBlock;
      if (id_ > end) id_ = end;
    }

    const Table& table_;
    uint32_t id_;
  };
  Iterator begin() const { return Iterator(*this, 0); }
  Iterator end() const { return Iterator(*this, end_id()); }

 private:
  struct Block {
    std::array<std::optional<T>, kBlock> entries;
    uint32_t count = 0;
  };
  uint32_t end_id() const { return static_cast<uint32_t>(blocks_.size()) * kBlock; }

  std::vector<std::unique_ptr<Block>> blocks_;
  uint32_t next_id_ = 0;
};

}  // namespace attune::system
